import {
  HADOLINT_CONFIG_NAMES,
  PEER_CODES,
  readHadolintConfig,
  RuleNames,
  type HadolintConfig,
  type Rule,
} from '@plimsoll/rules';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { decode } from '../encoding.js';
import { documentOf } from '../document.js';
import { reason } from '../files.js';
import { pathFrom } from '../roots.js';
import type { Streams } from '../streams.js';
import { UsageError } from '../usage.js';

export interface ImportRequest {
  /** The file to read; undefined: hadolint's own in the working directory. */
  readonly file?: string;
  /** To stdout, and to no file. */
  readonly print: boolean;
  /** Over a config file that is there. */
  readonly force: boolean;
}

/** Writes our config file from hadolint's and says what changes; gives the exit code. */
export async function importHadolint(
  { file, print, force }: ImportRequest,
  rules: readonly Rule[],
  { cwd, stdout, stderr }: Streams,
): Promise<number> {
  const { path, text } = await open(file, cwd);
  const shown = pathFrom(cwd, path);
  const config = readHadolintConfig(text, rules);
  const document = documentOf(shown, text);
  let isBroken = false;
  for (const { span, message, severity } of config.problems) {
    const { line, column } = document.at(span.start);
    stderr.write(`${shown}:${line + 1}:${column + 1} ${severity} config ${message}\n`);
    isBroken ||= severity === 'error';
  }
  if (isBroken) {
    stderr.write('plimsoll: nothing written, since something would be lost; mend the file first\n');
    return 2;
  }
  const ours = configText(config, shown);
  const changes = changesOf(config, rules).map((change) => `- ${change}\n`);
  if (print) {
    stdout.write(ours);
    stderr.write(`What changes:\n${changes.join('')}`);
    return 0;
  }
  const target = join(dirname(path), '.plimsoll.yaml');
  await write(target, ours, force, cwd);
  stdout.write(`Written: ${pathFrom(cwd, target)}\nWhat changes:\n${changes.join('')}`);
  stdout.write(`${shown} is no longer read by Plimsoll; hadolint still reads it.\n`);
  return 0;
}

async function open(file: string | undefined, cwd: string): Promise<{ path: string; text: string }> {
  for (const name of file === undefined ? HADOLINT_CONFIG_NAMES : [file]) {
    const path = resolve(cwd, name);
    const bytes = await readFile(path).catch((error: unknown) => error as NodeJS.ErrnoException);
    if (bytes instanceof Error) {
      if (file === undefined && bytes.code === 'ENOENT') continue;
      throw new UsageError(`${name}: ${reason(bytes)}`);
    }
    const decoded = decode(bytes);
    if ('problem' in decoded) throw new UsageError(`${name}: ${decoded.problem}`);
    return { path, text: decoded.text };
  }
  throw new UsageError(`there is no ${HADOLINT_CONFIG_NAMES.join(' and no ')} here; name the file`);
}

async function write(target: string, text: string, force: boolean, cwd: string): Promise<void> {
  const error = await writeFile(target, text, { flag: force ? 'w' : 'wx' }).catch(
    (problem: unknown) => problem as NodeJS.ErrnoException,
  );
  if (!error) return;
  const shown = pathFrom(cwd, target);
  throw new UsageError(
    error.code === 'EEXIST' ? `${shown} is there; --force replaces it` : `${shown}: ${reason(error)}`,
  );
}

/** Our config file, as YAML. The codes stand beside the rules, with what the file said of them. */
function configText({ rules, options, shellcheck, failOn, ignoresComments }: HadolintConfig, from: string): string {
  const severities = new Map(rules.map((taken) => [taken.rule.id, taken]));
  const ids = [...new Set([...severities.keys(), ...Object.keys(options)])].sort();
  const lines = ids.flatMap((id) => {
    const taken = severities.get(id);
    const about = taken ? ` # ${[taken.code, taken.reason].filter(Boolean).join(': ')}` : '';
    const own = options[id];
    if (!own || taken?.setting === 'off') return [`  ${id}: ${taken?.setting ?? '{}'}${about}`];
    // JSON is YAML, on one line.
    return [`  ${id}: ${JSON.stringify({ ...(taken ? { severity: taken.setting } : {}), ...own })}${about}`];
  });
  for (const [code, setting] of Object.entries(shellcheck)) lines.push(`  ${code}: ${setting}`);
  return [
    `# Made from ${from} by plimsoll import-hadolint.`,
    'extends: recommended',
    ...(failOn === undefined ? [] : [`failOn: ${failOn}`]),
    ...(ignoresComments ? ['inlineIgnores: false'] : []),
    ...(lines.length > 0 ? ['rules:', ...lines] : []),
    '',
  ].join('\n');
}

/** What a person who moves has to know, a line each. */
function changesOf(config: HadolintConfig, rules: readonly Rule[]): readonly string[] {
  const names = new RuleNames(rules);
  const named = new Set(config.rules.map(({ code }) => code));
  const quiet = PEER_CODES.hadolint.flatMap((code) => {
    const found = names.ofPeer('hadolint', code);
    const isQuiet = found.length > 0 && found.every(({ profile }) => profile !== 'recommended');
    return isQuiet && !named.has(code) && !BY_CONFIG.includes(code)
      ? [`${code} (${found.map(({ id }) => id).join(', ')})`]
      : [];
  });
  const different = PEER_CODES.hadolint.filter((code) =>
    names.ofPeer('hadolint', code).some(({ differs = [] }) => differs.some(({ from }) => from === `hadolint/${code}`)),
  );
  return [
    ...config.rules.map(({ code, rule, setting }) => `${code} is ${rule.id}: ${setting}`),
    ...Object.entries(config.shellcheck).map(([code, setting]) => `${code} is ShellCheck's: ${setting}`),
    ...(config.failOn === undefined
      ? ['hadolint fails from info on, Plimsoll from warning on; `failOn: info` keeps it as it was']
      : []),
    ...(config.ignoresComments
      ? ['inlineIgnores: false holds for the comments of all tools, not only hadolint’s']
      : []),
    ...Object.entries(config.output).map(
      ([key, value]) => `${key}: ${value} is left out; how findings are shown is said by --format and --no-color`,
    ),
    ...(quiet.length > 0
      ? [
          `the profile recommended leaves out what is a matter of policy: ${quiet.join(', ')}; extends: strict or a severity brings them back`,
        ]
      : []),
    ...(different.length > 0
      ? [
          `judged differently on purpose, as docs/differences.md says: ${different.join(', ')}; extends: all judges as hadolint does`,
        ]
      : []),
    'rules that hadolint does not have run as well; plimsoll rules lists them',
  ];
}

/** Codes that hadolint itself reports only where its config file asks for them. */
const BY_CONFIG: readonly string[] = ['DL1001', 'DL3026', 'DL3049', 'DL3050', 'DL3057'];
