import { fix, wordsAfter } from '../edit.js';
import { objectsOf, verbOf } from '../knowledge/commands.js';
import { argument, codesOf } from '../knowledge/hadolint.js';
import { AS_PEERS, hadolintSees, parfumSees } from '../knowledge/peers.js';
import { pipedFrom, type Command, type Dockerfile, type Word } from '../model/index.js';
import { say, type Finding, type Peer, type Values } from '../rule.js';

/** A package manager that asks before it changes something. */
export interface Asking {
  readonly programs: readonly string[];
  /** The subcommands that ask, one word or two. */
  readonly verbs: readonly string[];
  /** The words by which hadolint knows such a call, and its programs. */
  readonly toHadolint: { readonly programs: readonly string[]; readonly verbs: readonly string[] };
  readonly yes: readonly string[];
  /** Flags that answer where they stand before the subcommand. */
  readonly yesBefore?: readonly string[];
  /** Flags with which it does not ask. */
  readonly idle: readonly string[];
  /** The setting that answers for every call. */
  readonly setting?: string;
}

export const ASKING_OPTIONS = {
  asPeers: { ...AS_PEERS, about: 'Judge as the peers do: only what they look at.' },
} as const;

/** Each call that stops to ask, at its subcommand. */
export function* asks(
  file: Dockerfile,
  how: Asking,
  options: Values<typeof ASKING_OPTIONS>,
  peers: Readonly<Partial<Record<Peer, readonly string[]>>>,
): Iterable<Finding> {
  const isSet = how.setting !== undefined && setsInFile(file, how.setting);
  for (const command of file.runCommands(...how.programs)) {
    const isAnswered = command.has(...how.yes, ...(how.yesBefore ?? []));
    const seenVerb = isAnswered ? undefined : verbToHadolint(command, how);
    const hadolint = seenVerb !== undefined && hadolintSees(command);
    const parfum = !isAnswered && parfumSees(command) && command.subcommand?.text === 'install' && 'parfum' in peers;
    const verb = options.asPeers
      ? hadolint
        ? seenVerb
        : parfum
          ? command.subcommand
          : undefined
      : isSet
        ? undefined
        : askingVerb(command, how);
    if (!verb) continue;
    yield {
      at: verb,
      message: say`${command.program.text} ${verb.text} stops to ask.`,
      fix: fix({ title: 'Add -y', changes: ['confirmation'] }, wordsAfter(verb, '-y')),
      peers: codesOf(peers, { hadolint, parfum }),
    };
  }
}

const verbToHadolint = (command: Command, { toHadolint }: Asking): Word | undefined =>
  toHadolint.programs.includes(command.program.text)
    ? command.args.find(({ text }) => toHadolint.verbs.includes(text))
    : undefined;

function askingVerb(command: Command, { verbs, yes, yesBefore, idle, setting }: Asking): Word | undefined {
  if (command.has(...yes, ...idle) || isFed(command)) return undefined;
  // A variable may hold the answer.
  const isOpen = command.args.some((word) => !word.literal && /^\$\{?\w*(opt|flag|arg|yes)/i.test(word.text));
  if (isOpen || command.args.some(({ text }) => setting !== undefined && text.includes(setting))) return undefined;
  const verb = verbOf(command);
  const [object] = objectsOf(command);
  if (!verb || verb !== command.subcommand) return undefined;
  const before = command.args.slice(0, command.args.indexOf(verb)).map(({ text }) => text);
  if (yesBefore?.some((flag) => before.some((text) => text === flag || isCluster(text, flag)))) return undefined;
  if (verbs.includes(verb.text)) return verb;
  return object && verbs.includes(`${verb.text} ${object.text}`) ? object : undefined;
}

/** Whether something says yes through a pipe: `yes | dnf install curl`. */
const isFed = (command: Command): boolean => ['yes', 'echo', 'printf'].includes(pipedFrom(command)?.program.text ?? '');

/** Whether a letter stands among others behind one dash: the `-n` of `-qn`. */
const isCluster = (text: string, flag: string): boolean =>
  flag.length === 2 && /^-[a-z]+$/i.test(text) && text.includes(flag.charAt(1));

/** Whether the file writes the setting somewhere, perhaps into the manager's configuration. */
function setsInFile(file: Dockerfile, setting: string): boolean {
  for (const command of file.runCommands())
    if (command.args.some(({ text }) => text.includes(setting)) && !argument(command, 'install')) return true;
  return [...file.all('COPY', 'RUN')].some(({ heredocs }) => heredocs.some(({ body }) => body.includes(setting)));
}
