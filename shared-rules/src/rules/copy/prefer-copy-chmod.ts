import { insertAfter, removeLines, replace, suggestion, type Fix } from '../../edit.js';
import { resolve, startOf } from '../../knowledge/dependencies.js';
import { onlyCommand, type Dockerfile, type Instructions, type Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';

type Copy = Instructions['COPY'];

export default rule({
  id: 'prefer-copy-chmod',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['copy', 'layers', 'size'],
  since: 'next',
  peers: { tally: ['prefer-copy-chmod'] },
  summary: 'Set the mode of a copied file by COPY --chmod.',
  docs: `
\`RUN chmod\` behind a COPY writes the file a second time, into a layer of its own: the image carries it twice, and the build
starts a container for nothing else.

\`COPY --chmod=755 entrypoint.sh /\` sets the mode while copying. It takes numbers in every current builder, and letters
such as \`u+x\` since version 1.14 of the Dockerfile syntax.`,
  sources: {
    'Dockerfile reference, "COPY --chown --chmod"':
      'https://docs.docker.com/reference/dockerfile/#copy---chown---chmod',
  },
  examples: [
    {
      title: 'A script and its mode',
      bad: `
        FROM debian:12
        «COPY» --chown=app entrypoint.sh /usr/local/bin/
        RUN chmod 0755 /usr/local/bin/entrypoint.sh
        CMD ["entrypoint.sh"]`,
      good: `
        FROM debian:12
        COPY --chmod=0755 --chown=app entrypoint.sh /usr/local/bin/
        CMD ["entrypoint.sh"]`,
    },
    {
      title: 'To execute, from the working directory, under another name',
      bad: `
        FROM debian:12
        WORKDIR /srv
        «COPY» bin/start.sh ./start
        RUN chmod +x start
        CMD ["./start"]`,
      good: `
        FROM debian:12
        WORKDIR /srv
        COPY --chmod=755 bin/start.sh ./start
        CMD ["./start"]`,
    },
    {
      title: 'A mode that another one follows',
      bad: `
        FROM debian:12
        «COPY» --chmod=644 run.sh /run.sh
        RUN chmod 755 /run.sh
        CMD ["/run.sh"]`,
      good: `
        FROM debian:12
        COPY --chmod=755 run.sh /run.sh
        CMD ["/run.sh"]`,
    },
    {
      title: 'Letters, where the syntax is sure to take them; a heredoc',
      bad: `
        # syntax=docker/dockerfile:1
        FROM debian:12
        «COPY» run.sh /run.sh
        RUN chmod u+x,go-w /run.sh
        «COPY» <<EOF /hello.sh
        echo hello
        EOF
        RUN chmod 555 /hello.sh
        CMD ["/run.sh"]`,
      good: `
        # syntax=docker/dockerfile:1
        FROM debian:12
        COPY --chmod=u+x,go-w run.sh /run.sh
        COPY --chmod=555 <<EOF /hello.sh
        echo hello
        EOF
        CMD ["/run.sh"]`,
    },
    {
      title: 'Letters elsewhere',
      bad: `
        FROM debian:12
        «COPY» run.sh /run.sh
        RUN chmod u+x,go-w /run.sh`,
    },
    {
      title: 'Something between',
      good: `
        FROM debian:12
        COPY run.sh /run.sh
        ENV A=a
        RUN chmod +x /run.sh
        COPY stop.sh /stop.sh
        USER app
        RUN chmod +x /stop.sh`,
    },
    {
      title: 'Several files, folders and patterns',
      good: `
        FROM debian:12
        COPY run.sh stop.sh /
        RUN chmod +x /run.sh
        COPY *.sh /bin/
        RUN chmod +x /bin/run.sh
        COPY run.sh /srv/
        RUN chmod +x /srv/run.sh /srv/stop.sh
        COPY run.sh /srv/
        RUN chmod -R 755 /srv/run.sh
        COPY tools /opt/tools
        RUN chmod 755 /opt/tools`,
    },
    {
      title: 'ADD, another file, and other things to do',
      good: `
        FROM debian:12
        ADD run.sh /
        RUN chmod +x /run.sh
        COPY run.sh /
        RUN chmod +x /stop.sh
        COPY run.sh /
        RUN chmod +x /run.sh && /run.sh
        COPY run.sh /$NAME/
        RUN chmod +x /run.sh`,
    },
    {
      title: 'Windows',
      good: `
        FROM mcr.microsoft.com/windows/servercore:ltsc2022
        SHELL ["bash", "-c"]
        COPY run.sh /run.sh
        RUN chmod +x /run.sh`,
    },
  ],
  *check(file) {
    for (const copy of file.all('COPY')) {
      const run = copy.next;
      if (run?.keyword !== 'RUN' || copy.stage?.start.family === 'windows' || !run.script) continue;
      const command = onlyCommand(run.script);
      if (command?.program.text !== 'chmod' || command.has('-R', '--recursive', '--reference')) continue;
      const [mode, path, ...more] = [command.subcommand, ...command.operands];
      if (!mode || !path?.literal || more.length > 0) continue;
      if (placeOf(copy) !== resolve(startOf(run.state), path.text)) continue;
      yield {
        at: copy.head,
        message: say`The chmod behind it writes the file again.`,
        related: [{ at: command, message: say`The mode is set here.` }],
        fix: () => withMode(file, copy, mode, run),
      };
    }
  },
});

/** Where the one file of the COPY comes to lie. */
function placeOf(copy: Copy): string | undefined {
  const { sources, heredocs, target } = copy;
  const path = target && copy.valueOf(target);
  const [source] = sources;
  if (path === undefined || path.includes('$') || sources.length + heredocs.length !== 1) return undefined;
  const isFolder = path.endsWith('/') || path === '.';
  const folder = resolve(startOf(copy.state), path);
  // A source without an ending may be a folder, all of which would get the mode.
  if (!isFolder) return source && !/^[^*?[]*\.\w+$/.test(source.text) ? undefined : folder;
  if (!source?.literal || /[*?[]|\/$/.test(source.text)) return undefined;
  return resolve(folder, source.text.slice(source.text.lastIndexOf('/') + 1));
}

function withMode(file: Dockerfile, copy: Copy, mode: Word, run: Instructions['RUN']): Fix | undefined {
  if (run.hasCommentAbove || run.flags.length > 0 || copy.isOpen) return undefined;
  const value = modeFor(file, mode);
  const old = copy.flag('chmod');
  if (value === undefined || (old && !old.value)) return undefined;
  const edit = old?.value ? replace(old.value, value) : insertAfter(copy.head, ` --chmod=${value}`);
  // What is left of the old mode cannot be told without a look at it.
  return old && !/^\d+$/.test(value) ? undefined : suggestion('Copy with --chmod', edit, removeLines(run));
}

/** The mode as COPY takes it; a file that anybody may execute is 755. */
function modeFor(file: Dockerfile, { text, literal }: Word): string | undefined {
  if (!literal) return undefined;
  if (/^[0-7]{3,4}$/.test(text)) return text;
  const syntax = file.directives.find(({ name }) => name.text.toLowerCase() === 'syntax')?.value.text ?? '';
  const minor = /^docker\/dockerfile:1(?:\.(\d+))?/.exec(syntax);
  const isModern = minor !== null && (minor[1] === undefined || Number(minor[1]) >= 14);
  if (/^(a|ugo)?\+r?x$/.test(text)) return '755';
  return isModern && /^[ugoa]*[-+=][rwxX]+(,[ugoa]*[-+=][rwxX]+)*$/.test(text) ? text : undefined;
}
