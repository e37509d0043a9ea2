import { replace, suggestion } from '../../edit.js';
import { inImage } from '../../knowledge/paths.js';
import { operandsOf, removedBy } from '../../knowledge/commands.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import { around, type Command, type Dockerfile, type Stage, type State, type Word } from '../../model/index.js';
import { rule, say, type Finding } from '../../rule.js';

export default rule({
  id: 'world-writable-permissions',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['security', 'users', 'permissions'],
  since: 'next',
  peers: { sonar: ['S2612'], tally: ['world-writable-state-path-workaround'] },
  summary: 'Do not let everybody write to files of the image.',
  docs: `
With mode 777 whoever gets in, as whichever user, may replace the program or its settings. It is mostly there to get
around "Permission denied", and hides that the folder has the wrong owner.

Give the folder to the user that writes to it: \`chown app /data\`, \`COPY --chown=app\`. Where any user may run the image, as
on OpenShift, the group is enough, for there every user is in group 0: \`chgrp -R 0 /data && chmod -R g=u /data\`.

Nothing is said about folders with the sticky bit (1777), in which nobody can remove the files of others.`,
  sources: {
    'USER reference': 'https://docs.docker.com/reference/dockerfile/#user',
    'chmod(1)': 'https://man7.org/linux/man-pages/man1/chmod.1.html',
    'Support arbitrary user ids':
      'https://docs.redhat.com/en/documentation/openshift_container_platform/4.17/html/images/creating-images',
  },
  examples: [
    {
      title: 'A number',
      bad: `
        FROM debian:12
        RUN mkdir /data && chmod -R «777» /data
        RUN mkdir -m «0766» /logs
        COPY --chmod=«0777» server /usr/local/bin/`,
      good: `
        FROM debian:12
        RUN mkdir /data && chmod -R 775 /data
        RUN mkdir -m 0764 /logs
        COPY --chmod=0775 server /usr/local/bin/`,
    },
    {
      title: 'In letters, behind sudo and in a shell',
      bad: `
        FROM debian:12
        RUN chmod «a+rwx» /data && chmod «o+w» /srv && chmod «u=rw,o=rw» /etc/app.conf
        RUN sudo chmod -R «ugo+rwX» /opt && bash -c "chmod «a=rwx» /app"`,
    },
    {
      title: 'The group alone, and what others may only read',
      good: `
        FROM debian:12
        RUN chgrp -R 0 /data && chmod -R g=u /data && chmod g+w /srv && chmod -R g+rwX /opt && chmod 775 /app
        RUN chmod +x /usr/local/bin/server && chmod a+rx,o-w /srv && chmod 0644 /etc/app.conf && mkdir -m 0700 /secrets
        RUN chmod o=rx /srv && chmod +w /etc/app.conf
        COPY --chmod=755 server /usr/local/bin/`,
    },
    {
      title: 'Folders for everybody, with the sticky bit or by custom; files that are removed again',
      good: `
        FROM debian:12
        RUN chmod 1777 /tmp /shared && chmod +t,a+rwx /shared && chmod a+rwxt /drop && chmod 777 /tmp /var/tmp
        RUN mkdir -m 1777 /spool
        RUN dir="$(mktemp -d)" && chmod 777 "$dir" && ./build && rm -rf "$dir"`,
    },
    {
      title: 'A mode that only the build knows, and one that is only printed',
      good: `
        FROM debian:12
        ARG MODE=777
        RUN chmod $MODE /data && echo chmod 777 /data`,
    },
    {
      title: 'A stage that is only copied from',
      good: `
        FROM golang:1.23 AS build
        RUN chmod -R 777 /go
        FROM debian:12
        COPY --from=build /app /app`,
    },
  ],
  *check(file) {
    for (const command of file.runCommands('chmod', 'mkdir', 'install')) {
      const { instruction } = command;
      if (!instruction?.stage || !isRun(file, instruction.stage) || isRemovedAgain(command)) continue;
      yield* judged(modeOf(command), operandsOf(command), command.state);
    }
    for (const copy of file.allWithTriggers('COPY', 'ADD')) {
      if (!copy.stage || !isRun(file, copy.stage)) continue;
      yield* judged(copy.flag('chmod')?.value, copy.target ? [copy.target] : [], copy.state);
    }
  },
});

/** Whether somebody runs what the stage makes, outside development. */
const isRun = (file: Dockerfile, stage: Stage): boolean =>
  (stage.ships || stage.isOutput) && !isForDevelopment(stage, file);

/** Whether the same RUN removes what it opens, as with a folder for the time of the RUN. */
function isRemovedAgain(command: Command): boolean {
  const removed = new Set(
    around(command)
      .after.flatMap(removedBy)
      .map(({ text }) => text),
  );
  const named = operandsOf(command).slice(command.program.text === 'chmod' ? 1 : 0);
  return named.length > 0 && named.every(({ text }) => removed.has(text));
}

function modeOf(command: Command): Word | undefined {
  if (command.program.text !== 'chmod') return command.flag('-m', '--mode')?.value;
  return command.has('--reference') ? undefined : operandsOf(command)[0];
}

/** What everybody may write to by custom. */
const isCommon = (path: string | undefined): boolean => path === '/tmp' || path === '/var/tmp' || path === '/dev/shm';

function* judged(mode: Word | undefined, paths: readonly Word[], state: State): Iterable<Finding> {
  if (!mode?.literal || !opensToAll(mode.text)) return;
  const places = paths.filter((word) => word !== mode).map(({ text }) => inImage(text, state));
  if (places.length > 0 && places.every(isCommon)) return;
  const narrower = /^[0-7]+$/.test(mode.text) ? withoutOthersWriting(mode.text) : undefined;
  yield {
    at: mode,
    message: say`Everybody may write there: ${mode.text}.`,
    fix:
      narrower === undefined
        ? undefined
        : suggestion(`Take the right to write from others: ${narrower}`, replace(mode, narrower)),
  };
}

const withoutOthersWriting = (mode: string): string => mode.slice(0, -1) + String(Number(mode.slice(-1)) & 5);

/** Whether a mode gives everybody the right to write, without the sticky bit. */
function opensToAll(mode: string): boolean {
  if (/^[0-7]{1,5}$/.test(mode)) {
    const isSticky = /^0?[1357][0-7]{3}$/.test(mode);
    return !isSticky && (Number(mode.slice(-1)) & 2) === 2;
  }
  const clauses = mode.split(',');
  if (clauses.some((clause) => /^[ugoa]*\+[rwxX]*t/.test(clause))) return false;
  // Without "who", the mask of the shell decides, which keeps others from writing as a rule.
  return clauses.some((clause) => /^[ug]*[oa][ugoa]*[+=][rxXst]*w/.test(clause));
}
