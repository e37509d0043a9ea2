import {
  addInstructionAfter,
  addInstructionBefore,
  fix,
  remove,
  replace,
  suggestion,
  wordsAfter,
  type Edit,
  type Fix,
} from '../../edit.js';
import { codesOf } from '../../knowledge/hadolint.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import { AS_PEERS, hadolintSees, parfumSees } from '../../knowledge/peers.js';
import { isRoot } from '../../knowledge/users.js';
import { runOf, type Command, type Instructions, type Word } from '../../model/index.js';
import { rule, say, type Message } from '../../rule.js';

type Run = Instructions['RUN'];

const PEERS = {
  hadolint: ['DL3004'],
  parfum: ['DL3004'],
  trivy: ['DS-0010'],
  checkov: ['CKV2_DOCKER_1'],
  kics: ['Run Using Sudo'],
  dockle: ['DKL-DI-0001'],
  semgrep: ['no-sudo-in-dockerfile'],
};

export default rule({
  id: 'no-sudo',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['security', 'users'],
  since: '0.1.0',
  peers: PEERS,
  summary: 'Leave sudo out of a build: USER says who runs an instruction.',
  docs: `
sudo in an image is a way to root that stays open once the container runs: whoever gets into the process has it as well.
In a build it gains nothing. RUN is root unless USER says otherwise, sudo is rarely installed, and it drops the variables
that ENV has set.

Write \`USER root\` above what needs root and \`USER app\` below it, and drop the word. Where root is to act as someone
else, \`runuser -u NAME --\` does it without a way back. An image made for people to work in, as a development container,
may want sudo; there nothing is said.`,
  sources: {
    'Best practices for building, "USER"': 'https://docs.docker.com/build/building/best-practices/#user',
    'sudo(8)': 'https://manpages.debian.org/bookworm/sudo/sudo.8.en.html',
    'runuser(1)': 'https://manpages.debian.org/bookworm/util-linux/runuser.1.en.html',
  },
  options: {
    asPeers: {
      ...AS_PEERS,
      about: 'Judge as hadolint and docker-parfum do, who see no sudo behind env or in a quoted script.',
    },
  },
  differs: [
    {
      from: 'hadolint/DL3004',
      they: 'flags sudo in every image',
      we: 'silent in development containers, and in stages named for development or tests',
      why: 'People work there as a user who is to become root now and then.',
    },
    {
      from: 'hadolint/DL3004',
      they: 'flags sudo on any base image',
      we: 'silent where nobody knows as whom the base image runs',
      why: 'Where it runs as another user, the build fails without the sudo.',
    },
  ],
  examples: [
    {
      title: 'A development container',
      good: `
        FROM mcr.microsoft.com/devcontainers/base:bookworm
        RUN sudo apt-get update`,
    },
    {
      title: 'Root needs no sudo',
      bad: `
        FROM debian:12
        RUN «sudo» apt-get update && «sudo» -H -- apt-get install -y curl`,
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y curl`,
    },
    {
      title: 'In every form of RUN',
      bad: `
        FROM debian:12
        RUN ["«sudo»", "-n", "make", "install"]
        RUN <<EOF
        «sudo» A=1 make
        EOF
        RUN make \\
            && «sudo» \\
               make install
        ONBUILD RUN «sudo» make check`,
      good: `
        FROM debian:12
        RUN ["make", "install"]
        RUN <<EOF
        A=1 make
        EOF
        RUN make \\
            && \\
               make install
        ONBUILD RUN make check`,
    },
    {
      title: 'Under another user, for all that the instruction does',
      bad: `
        FROM debian:12
        USER app
        RUN «sudo» apt-get update && sudo apt-get install -y curl`,
      good: `
        FROM debian:12
        USER app
        USER root
        RUN apt-get update && apt-get install -y curl
        USER app`,
    },
    {
      title: 'Under another user, for some of it',
      bad: `
        FROM debian:12
        USER app
        RUN make && «sudo» make install`,
    },
    {
      title: 'Root that acts as another user',
      bad: `
        FROM debian:12
        RUN «sudo» -u postgres createdb app`,
      good: `
        FROM debian:12
        RUN runuser -u postgres -- createdb app`,
    },
    {
      title: 'A shell, another folder, no command at all',
      bad: `
        FROM debian:12
        RUN «sudo» -s; «sudo» -D /srv make; /usr/bin/«sudo» make; «sudo» -v`,
    },
    {
      title: 'Where nobody knows who runs it, to whom root may need it',
      good: `
        FROM example.com/team/base:1
        RUN sudo make install`,
    },
    {
      title: 'Where nobody knows who runs it, as the peers judge it',
      profile: 'all',
      bad: `
        FROM example.com/team/base:1
        RUN «sudo» make install`,
      good: `
        FROM example.com/team/base:1
        RUN make install`,
    },
    {
      title: 'The word, and the package',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y sudo && echo sudo make && command -v sudo
        COPY sudoers /etc/sudoers
        CMD ["sudo", "-u", "app", "/app"]`,
    },
    {
      title: 'As hadolint and docker-parfum judge it',
      profile: 'all',
      bad: `
        FROM debian:12
        RUN «sudo» make; env A=1 sudo make; sh -c 'sudo make install'`,
      good: `
        FROM debian:12
        RUN make; env A=1 sudo make; sh -c 'sudo make install'`,
    },
  ],
  *check(file, { options }) {
    const judged = new Set<Run>();
    for (const command of file.runCommands('sudo')) {
      const run = runOf(command);
      const sees = { hadolint: hadolintSees(command), parfum: parfumSees(command) };
      if (!run || (options.asPeers && !sees.hadolint && !sees.parfum)) continue;
      if (!options.asPeers && run.stage && isForDevelopment(run.stage, file)) continue;
      const { user } = command.state;
      // A base that runs as somebody else needs it.
      if (!options.asPeers && !user.known) continue;
      // Under another user the instruction as a whole is what has to change.
      if (user.known && !isRoot(user.value)) {
        if (judged.has(run)) continue;
        judged.add(run);
      }
      const target = innerOf(run, command)?.program.text ?? '';
      yield {
        at: command.program,
        message: complaint(command, target),
        fix: without(run, command),
        peers: codesOf(PEERS, sees),
      };
    }
  },
});

function complaint(command: Command, target: string): Message {
  const { user } = command.state;
  if (target === '' || !user.known) return say`sudo is a way to root that stays in the image.`;
  const other = command.flag('-u', '--user')?.value;
  if (other) return say`${target} runs as ${other.text} by way of sudo, a way to root that stays in the image.`;
  return isRoot(user.value)
    ? say`${target} runs as root anyway.`
    : say`${target} runs as root by way of sudo, which stays open to ${user.value}.`;
}

/** What sudo runs. */
const innerOf = ({ commands }: Run, command: Command): Command | undefined =>
  commands.find(({ wrappers }) => wrappers.at(-1) === command);

function without(run: Run, command: Command): Fix | undefined {
  const { user, family } = command.state;
  const isAsRoot = user.known && isRoot(user.value) && isCalledPlainly(command);
  if (command.has('-u', '--user')) {
    return isAsRoot && ['debian', 'redhat', 'suse'].includes(family) ? asRunuser(run, command) : undefined;
  }
  if (user.known && !isRoot(user.value))
    return run.isTrigger || user.value === '' ? undefined : asRoot(run, user.value);
  const edits = withoutWord(run, command);
  if (!edits) return undefined;
  const isPlain = command.flags.every(({ name }) => PLAIN.has(name)) && command.assignments.length === 0;
  return isAsRoot && isPlain && !run.isTrigger
    ? fix({ title: 'Remove sudo', changes: ['wrapper'] }, ...edits)
    : suggestion('Remove sudo', ...edits);
}

/** Flags that change nothing for root. Source: sudo(8). */
const PLAIN: ReadonlySet<string> = new Set(['-H', '--set-home', '-n', '--non-interactive', '-A', '-S', '-k', '-P']);

/** Flags that change what is run, where or how: the command alone would be another. Source: sudo(8). */
const TELLING = ['-b', '--background', '-D', '--chdir', '-R', '--chroot', '-T', '--command-timeout', '-e', '--edit'];

/** Whether nothing around the call changes its user. */
const isCalledPlainly = ({ wrappers }: Command): boolean =>
  wrappers.every(({ program }) => ['sh', 'bash', 'ash', 'dash', 'env', 'exec', 'time', 'nice'].includes(program.text));

/** Takes sudo and its own flags out; undefined where what remains would be no command of its own. */
function withoutWord(run: Run, command: Command): readonly Edit[] | undefined {
  const inner = innerOf(run, command);
  if (!inner || command.path !== command.program.text || command.has(...TELLING)) return undefined;
  const own = ownWords(command, inner);
  // Only a shell takes NAME=VALUE for anything but a program.
  const needsShell = inner.assignments.length > 0 && (!command.script || command.wrappers.length > 0);
  return needsShell ? undefined : [command.program, ...own].map((word) => remove(word));
}

/** The words between sudo and the command, without the variables that it sets. */
function ownWords({ args }: Command, inner: Command): readonly Word[] {
  const names = inner.assignments.map(({ name }) => `${name.text}=`);
  return args
    .slice(0, args.length - inner.args.length - 1)
    .filter(({ text }) => !names.some((name) => text.startsWith(name)));
}

/** `sudo -u NAME command` as `runuser -u NAME -- command`. */
function asRunuser(run: Run, command: Command): Fix | undefined {
  const inner = innerOf(run, command);
  const user = command.flag('-u', '--user')?.value;
  if (!inner || !user || inner.assignments.length > 0 || command.path !== command.program.text) return undefined;
  const isUserFlag = (text: string): boolean => text === '-u' || text === '--user';
  const own = ownWords(command, inner);
  const isOnlyUser = command.flags.every(({ name }) => isUserFlag(name) || PLAIN.has(name));
  if (!isOnlyUser || !own.includes(user) || !own.some(({ text }) => isUserFlag(text))) return undefined;
  return suggestion(
    `Run it as ${user.text} by runuser`,
    replace(command.program, 'runuser'),
    ...own.filter((word) => word !== user && !isUserFlag(word.text)).map((word) => remove(word)),
    wordsAfter(user, '--'),
  );
}

/** Commands that do the same as any user. */
const HARMLESS: ReadonlySet<string> = new Set([
  'echo',
  'printf',
  'true',
  ':',
  'set',
  'test',
  '[',
  'cd',
  'export',
  'sleep',
]);

/** Makes root of the whole instruction, if all that it does is done by sudo. */
function asRoot(run: Run, user: string): Fix | undefined {
  const calls = run.commands.filter(({ program }) => program.text === 'sudo');
  const isAllRoot = run.commands.every(
    ({ program, wrappers, redirections }) =>
      program.text === 'sudo' ||
      wrappers.some((wrapper) => calls.includes(wrapper)) ||
      (HARMLESS.has(program.text) && redirections.length === 0),
  );
  const removals = calls.map((call) => (call.has('-u', '--user') ? undefined : withoutWord(run, call)));
  if (!isAllRoot || run.script?.readable === false || removals.includes(undefined)) return undefined;
  return suggestion(
    'Run the instruction as root',
    addInstructionBefore(run, 'USER root'),
    ...removals.flatMap((edits) => edits ?? []),
    addInstructionAfter(run, `USER ${user}`),
  );
}
