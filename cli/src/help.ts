import type { CAC, Command } from 'cac';

/** The help for a command, or for the program. */
export function helpFor(cli: CAC, command?: Command): string {
  return command ? commandHelp(cli, command) : programHelp(cli);
}

function programHelp(cli: CAC): string {
  return [
    'Plimsoll checks Dockerfiles, and the files around them, for what will bite in production.',
    section('Usage', ['plimsoll <command> [options]']),
    section('Commands', columns(cli.commands.map(({ rawName, description }) => [rawName, description]))),
    section('Options', optionLines(cli.globalCommand)),
    section('Exit codes', EXIT_CODES),
    'More about a command: plimsoll <command> --help\n',
  ].join('\n\n');
}

function commandHelp(cli: CAC, command: Command): string {
  return `${[
    `${command.description}.`,
    section('Usage', [`plimsoll ${command.rawName} [options]`]),
    section('Options', optionLines(command, cli.globalCommand)),
    ...(command.name === 'check' ? [section('Examples', CHECK_EXAMPLES), section('Exit codes', EXIT_CODES)] : []),
  ].join('\n\n')}\n`;
}

const EXIT_CODES = [
  '0  nothing found that fails',
  '1  something found that fails, or --diff would change something',
  '2  wrong usage, a mistake in a config file, an unreadable file or an internal error',
];

const CHECK_EXAMPLES = columns([
  ['plimsoll check', 'everything below this folder that git does not ignore'],
  ['plimsoll check Dockerfile docker/', 'a file, and all in a folder'],
  ['plimsoll check --diff', 'what --fix would change'],
  ['plimsoll check --fix - < Dockerfile', 'the repaired text on stdout'],
]);

const optionLines = (...commands: readonly Command[]): string[] =>
  columns(
    commands.flatMap(({ options }) =>
      options.map(({ rawName, description }): [string, string] => [
        rawName.startsWith('-') && !rawName.startsWith('--') ? rawName : `    ${rawName}`,
        description,
      ]),
    ),
  );

const section = (title: string, lines: readonly string[]): string =>
  [`${title}:`, ...lines.map((line) => `  ${line}`)].join('\n');

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `${left.padEnd(width)}  ${right}`);
}
