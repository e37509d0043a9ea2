import { didYouMean, PROFILES, SEVERITIES, type Profile, type Severity } from '@plimsoll/rules';
import { cac, type CAC, type Command } from 'cac';
import { helpFor } from './help.js';
import { REPORT_FORMATS, type ReportFormat } from './reporter.js';
import { UsageError } from './usage.js';

export interface CheckOptions {
  readonly paths: readonly string[];
  /** What is written where; the first without a file goes to stdout. */
  readonly reports: readonly ReportWanted[];
  readonly fix: boolean;
  readonly unsafe: boolean;
  readonly diff: boolean;
  readonly stdinFilename: string;
  readonly profile?: Profile;
  /** Undefined: what the config file says, else `warning`. */
  readonly failOn?: Severity | 'never';
  readonly select?: readonly string[];
  readonly ignore?: readonly string[];
  readonly config?: string;
  readonly isolated: boolean;
  readonly exitZero: boolean;
  readonly inlineIgnores: boolean;
  /** Whether scripts go to ShellCheck: never, if it is there, or it has to be there. */
  readonly shellcheck: (typeof SHELLCHECK)[number];
  /** Where it is; otherwise it is looked for on the PATH. */
  readonly shellcheckPath?: string;
}

/** A report in a format, into a file or to stdout. */
export interface ReportWanted {
  readonly format: ReportFormat;
  readonly file?: string;
}

export type Format = (typeof FORMATS)[number];

/** What the user wants. `color` is undefined where the output decides. */
export type Request = { readonly color?: boolean } & (
  | { readonly command: 'check'; readonly options: CheckOptions }
  | { readonly command: 'explain'; readonly name: string; readonly format: Format }
  | { readonly command: 'import-hadolint'; readonly file?: string; readonly print: boolean; readonly force: boolean }
  | { readonly command: 'practices'; readonly format: Format }
  | { readonly command: 'rules'; readonly format: Format }
  | { readonly command: 'help'; readonly text: string; readonly asked: boolean }
  | { readonly command: 'version' }
);

/** Reads the words behind the program's name; throws a UsageError that says what is wrong with them. */
export function readArguments(argv: readonly string[]): Request {
  const cli = declare();
  const [first, ...rest] = argv;
  const words = first === 'help' ? [...rest, '--help'] : argv;
  const { positionals, flags } = sort(words, cli);
  const [name, ...operands] = positionals;
  cli.parse(['node', 'plimsoll', ...(name === undefined ? [] : [name]), ...flags], { run: false });

  const command = cli.matchedCommand;
  const values = new Values(cli.options);
  if (name !== undefined && !command) {
    throw new UsageError(`there is no command ${name}${didYouMean(name, COMMANDS)}${asPath(name)}`);
  }
  rejectUnknown(cli, command);
  const color = values.flag('color');
  const common = color === undefined ? {} : { color };

  if (values.flag('help')) return { ...common, command: 'help', text: helpFor(cli, command), asked: true };
  if (values.flag('version')) return { ...common, command: 'version' };
  if (!command) return { ...common, command: 'help', text: helpFor(cli), asked: false };
  rejectMissingValues(cli, command);

  if (command.name === 'check') return { ...common, command: 'check', options: checkOptions(values, operands) };
  const format = values.choice('format', FORMATS) ?? 'text';
  if (command.name === 'rules') {
    rejectOperands(operands);
    return { ...common, command: 'rules', format };
  }
  if (command.name === 'import-hadolint') {
    const [file, ...more] = operands;
    rejectOperands(more);
    const how = { print: values.flag('print') ?? false, force: values.flag('force') ?? false };
    return { ...common, command: 'import-hadolint', ...(file === undefined ? {} : { file }), ...how };
  }
  if (values.flag('practices')) {
    rejectOperands(operands);
    return { ...common, command: 'practices', format };
  }
  const [rule, ...others] = operands;
  if (rule === undefined) throw new UsageError('explain needs the name of a rule, as in: plimsoll explain DL3014');
  rejectOperands(others);
  return { ...common, command: 'explain', name: rule, format };
}

const FORMATS = ['text', 'json'] as const;
const LEVELS: readonly (Severity | 'never')[] = [...SEVERITIES, 'never'];
const SHELLCHECK = ['auto', 'off', 'require'] as const;
const COMMANDS = ['check', 'explain', 'rules', 'import-hadolint'];

function declare(): CAC {
  const cli = cac('plimsoll');
  cli.option('--color', 'Colour the output even if it is not a terminal');
  cli.option('--no-color', 'Never colour the output');
  cli.option('-h, --help', 'Show this help');
  cli.option('-v, --version', 'Show the version');
  cli.globalCommand.ignoreOptionDefaultValue();

  cli
    .command('check [...paths]', 'Check Dockerfiles and the files around them')
    .ignoreOptionDefaultValue()
    .option('--format <format>', `How findings are shown: ${REPORT_FORMATS.join(', ')}`)
    .option(
      '-o, --output <format:file>',
      'Write a report in that format into a file as well; may be given several times',
    )
    .option('--fix', 'Apply the safe fixes')
    .option('--unsafe', 'With --fix or --diff: apply suggestions too, which need a look')
    .option('--diff', 'Show what --fix would change and write nothing')
    .option('--stdin-filename <name>', 'The name of the text on stdin (path -), by default Dockerfile')
    .option('--profile <profile>', 'The rules to start from: recommended, strict or all')
    .option('--select <rules>', 'Run only these rules: ids or other tools’ codes, set apart by commas')
    .option('--ignore <rules>', 'Leave these rules out')
    .option('--fail-on <severity>', 'Lowest severity that fails: error, warning (default), info, hint or never')
    .option('--config <file>', 'Use this config file instead of the nearest .plimsoll.yaml')
    .option('--isolated', 'Use no config file')
    .option('--exit-zero', 'Do not fail because of findings')
    .option('--no-inline-ignores', 'Report what comments in the files silence')
    .option('--shellcheck <when>', 'Ask ShellCheck about scripts: auto (if it is installed), off or require')
    .option('--shellcheck-path <file>', 'The ShellCheck to ask, instead of the one on the PATH');
  cli
    .command('explain [rule]', 'Explain a rule, by its id or by another tool’s code')
    .ignoreOptionDefaultValue()
    .option('--practices', 'List the practices of the article, each with the rules that carry it')
    .option('--format <format>', 'text or json');
  cli
    .command('import-hadolint [file]', 'Write .plimsoll.yaml from hadolint’s config file, and say what changes')
    .ignoreOptionDefaultValue()
    .option('--print', 'Print it instead of writing it')
    .option('--force', 'Replace a .plimsoll.yaml that is there');
  cli.command('rules', 'List the rules').ignoreOptionDefaultValue().option('--format <format>', 'text or json');
  return cli;
}

/**
 * Tells words from flags. The parser below takes `-` for a flag, reads `007` as a number and lets a switch swallow
 * a following `true`, so it only ever sees the flags, each with its value attached.
 */
function sort(argv: readonly string[], cli: CAC): { positionals: string[]; flags: string[] } {
  const options = [cli.globalCommand, ...cli.commands].flatMap((command) => command.options);
  /** Flags with a value, each with its long name: a flag given by both of its names is one flag. */
  const takesValue = new Map(
    options
      .filter(({ required }) => required)
      .flatMap(({ rawName }) =>
        spelled(rawName).map((name): [string, string] => [name, spelled(rawName).at(-1) ?? name]),
      ),
  );
  const switches = new Set(options.filter(({ required }) => !required).flatMap(({ rawName }) => spelled(rawName)));
  const positionals: string[] = [];
  const flags: string[] = [];
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    const [flag = ''] = word.split('=', 1);
    if (word === '--') {
      positionals.push(...argv.slice(index + 1));
      break;
    }
    if (word === '-' || !word.startsWith('-')) positionals.push(word);
    else if (takesValue.has(word)) {
      const value = argv[(index += 1)];
      if (value === undefined) throw new UsageError(`${word} needs a value`);
      flags.push(`${takesValue.get(word) ?? word}=${value}`);
    } else if (switches.has(flag) && word !== flag) throw new UsageError(`${flag} takes no value`);
    else flags.push(word);
  }
  return { positionals, flags };
}

const spelled = (rawName: string): string[] =>
  rawName
    .replace(/[<[].*/, '')
    .split(',')
    .map((name) => name.trim());

/** The values by name. The last of several wins, so that a script can append to a user's flags. */
class Values {
  constructor(private readonly options: Readonly<Record<string, unknown>>) {}

  flag(name: string): boolean | undefined {
    const value = this.last(name);
    return value === undefined ? undefined : value === true;
  }

  text(name: string): string | undefined {
    const value = this.last(name);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  }

  /** The words of all of several, which commas set apart. */
  list(name: string): readonly string[] | undefined {
    if (this.options[name] === undefined) return undefined;
    const texts = this.all(name).flatMap((one) => one.split(','));
    return texts.map((text) => text.trim()).filter((text) => text !== '');
  }

  choice<T extends string>(name: string, of: readonly T[]): T | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const found = of.find((choice) => choice === text);
    if (found !== undefined) return found;
    throw new UsageError(`--${kebab(name)} is one of ${of.join(', ')}, not ${JSON.stringify(text)}`);
  }

  /** All values of a flag that may be given several times. */
  all(name: string): readonly string[] {
    const value = this.options[name];
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return values.flatMap((one) => (typeof one === 'string' || typeof one === 'number' ? [String(one)] : []));
  }

  private last(name: string): unknown {
    const value = this.options[name];
    return Array.isArray(value) ? (value as unknown[]).at(-1) : value;
  }
}

/** `sarif:report.sarif`, `junit:-`: a format and where it goes. */
function reportWanted(text: string): ReportWanted {
  const [name = '', ...rest] = text.split(':');
  const format = REPORT_FORMATS.find((one) => one === name);
  if (!format)
    throw new UsageError(
      `--output is FORMAT:FILE with a format of ${REPORT_FORMATS.join(', ')}, not ${JSON.stringify(text)}`,
    );
  const file = rest.join(':');
  return file === '' || file === '-' ? { format } : { format, file };
}

function reportsWanted(values: Values): readonly ReportWanted[] {
  const outputs = values.all('output').map(reportWanted);
  const format = values.choice('format', REPORT_FORMATS);
  const onStdout = outputs.filter(({ file }) => file === undefined).length;
  if (onStdout > 1 || (onStdout === 1 && format !== undefined))
    throw new UsageError('only one report can go to stdout; give the others a file, as in -o sarif:report.sarif');
  return onStdout === 1 ? outputs : [{ format: format ?? 'text' }, ...outputs];
}

function checkOptions(values: Values, operands: readonly string[]): CheckOptions {
  const profile = values.choice('profile', PROFILES);
  const config = values.text('config');
  const failOn = values.choice('failOn', LEVELS);
  const select = values.list('select');
  const ignore = values.list('ignore');
  const shellcheckPath = values.text('shellcheckPath');
  const options: CheckOptions = {
    paths: operands.length === 0 ? ['.'] : operands,
    reports: reportsWanted(values),
    fix: values.flag('fix') ?? false,
    unsafe: values.flag('unsafe') ?? false,
    diff: values.flag('diff') ?? false,
    stdinFilename: values.text('stdinFilename') ?? 'Dockerfile',
    ...(profile === undefined ? {} : { profile }),
    ...(failOn === undefined ? {} : { failOn }),
    ...(select === undefined ? {} : { select }),
    ...(ignore === undefined ? {} : { ignore }),
    ...(config === undefined ? {} : { config }),
    isolated: values.flag('isolated') ?? false,
    exitZero: values.flag('exitZero') ?? false,
    inlineIgnores: values.flag('inlineIgnores') ?? true,
    shellcheck: values.choice('shellcheck', SHELLCHECK) ?? 'auto',
    ...(shellcheckPath === undefined ? {} : { shellcheckPath }),
  };
  rejectContradictions(options);
  return options;
}

function rejectContradictions({ paths, unsafe, fix, diff, reports, config, isolated }: CheckOptions): void {
  if (unsafe && !fix && !diff) throw new UsageError('--unsafe goes with --fix or --diff');
  if (diff && reports.some(({ format }) => format !== 'text'))
    throw new UsageError('--diff shows a patch, so it goes with no other --format');
  if (config !== undefined && isolated) throw new UsageError('--config and --isolated contradict each other');
  if (paths.includes('-') && paths.length > 1) throw new UsageError('stdin (-) cannot be checked together with files');
}

function rejectUnknown(cli: CAC, command: Command | undefined): void {
  const known = [cli.globalCommand, ...(command ? [command] : [])];
  for (const name of Object.keys(cli.options)) {
    if (name === '--' || known.some((owner) => owner.hasOption(name))) continue;
    const flag = name.length === 1 ? `-${name}` : `--${kebab(name)}`;
    const names = known.flatMap(({ options }) => options.flatMap(({ rawName }) => spelled(rawName)));
    throw new UsageError(`there is no flag ${flag}${didYouMean(flag, names)}`);
  }
}

function rejectMissingValues(cli: CAC, command: Command): void {
  for (const { name, required } of command.options) {
    const value: unknown = cli.options[name];
    if (required && (value === '' || typeof value === 'boolean'))
      throw new UsageError(`--${kebab(name)} needs a value`);
  }
}

function rejectOperands(operands: readonly string[]): void {
  if (operands.length > 0) throw new UsageError(`there is nothing to do with ${operands.join(' ')}`);
}

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** People coming from other linters name a file where we want a command. */
const asPath = (name: string): string =>
  /[./\\]|dockerfile/i.test(name) ? `; to check a file: plimsoll check ${name}` : '';
