import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

/** What a test may need from the operating system. */
export type Tool = 'browser' | 'neovim' | 'shellcheck' | 'compiler';

/** The answer of {@link prepareMachine}: `ready: false` says why this machine cannot run the tests, which is no failure of the product. */
export type Readiness =
  { readonly ready: true; readonly installed: readonly string[] } | { readonly ready: false; readonly reason: string };

/** The exit code of `machine.ts` run by itself on a machine that cannot run the tests. */
export const CANNOT_RUN = 77;

interface DebianPackage {
  readonly name: string;
  readonly isPresent: () => boolean;
}

const withCommand = (name: string, command: string): DebianPackage => ({
  name,
  isPresent: () => findCommand(command) !== undefined,
});

const PACKAGES: Readonly<Record<Tool, readonly DebianPackage[]>> = {
  browser: [
    withCommand('chromium', 'chromium'),
    { name: 'fonts-dejavu-core', isPresent: () => existsSync('/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf') },
  ],
  neovim: [withCommand('neovim', 'nvim')],
  shellcheck: [withCommand('shellcheck', 'shellcheck')],
  compiler: [withCommand('g++', 'g++'), withCommand('make', 'make'), withCommand('python3', 'python3')],
};

/** Installs from Debian what is missing for these tools, and nothing else. */
export function prepareMachine(tools: readonly Tool[]): Readiness {
  if (tools.includes('compiler') && nodeHeadersPrefix() === undefined) {
    return {
      ready: false,
      reason:
        `The headers of Node ${process.version} are missing (include/node/node.h beside the running Node, or under /usr). ` +
        `code-server's native modules are built against them.`,
    };
  }
  const missing = tools.flatMap((tool) => PACKAGES[tool].filter((wanted) => !wanted.isPresent()));
  if (missing.length === 0) return { ready: true, installed: [] };

  const names = missing.map(({ name }) => name);
  if (findCommand('apt-get') === undefined) {
    return { ready: false, reason: `${names.join(', ')} missing, and there is no apt-get to install with.` };
  }
  if (!isRoot()) {
    return { ready: false, reason: `${names.join(', ')} missing, and only root may install with apt-get.` };
  }
  aptGet('update', '-q');
  aptGet('install', '-y', '-q', '--no-install-recommends', ...names);
  const stillMissing = missing.filter((wanted) => !wanted.isPresent()).map(({ name }) => name);
  if (stillMissing.length > 0) {
    return { ready: false, reason: `apt-get installed ${stillMissing.join(', ')}, yet it cannot be found.` };
  }
  return { ready: true, installed: names };
}

/** Where an executable lies on PATH, or undefined. */
export function findCommand(command: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => path.join(folder, command)).find(isExecutable);
}

/** The prefix whose `include/node` holds the headers of the running Node, for node-gyp's `--nodedir`, or undefined. */
export function nodeHeadersPrefix(): string | undefined {
  const prefixes = [path.resolve(realpathSync(process.execPath), '../..'), '/usr'];
  return prefixes.find((prefix) => majorVersionOfHeaders(prefix) === majorVersion(process.versions.node));
}

/** Whether this process may install system packages; Chromium also refuses its sandbox to root. */
export const isRoot = (): boolean => process.getuid?.() === 0;

function majorVersionOfHeaders(prefix: string): number | undefined {
  const folder = path.join(prefix, 'include/node');
  if (!existsSync(path.join(folder, 'node.h'))) return undefined;
  const text = readFileSync(path.join(folder, 'node_version.h'), 'utf8');
  const found = /^#define NODE_MAJOR_VERSION (\d+)/m.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

const majorVersion = (version: string): number => Number.parseInt(version, 10);

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function aptGet(...args: string[]): void {
  const { status, error, stdout, stderr } = spawnSync('apt-get', args, {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`apt-get ${args.join(' ')} failed:\n${stdout}${stderr}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const readiness = prepareMachine(['browser', 'neovim', 'shellcheck', 'compiler']);
  if (readiness.ready) {
    console.log(readiness.installed.length > 0 ? `Installed ${readiness.installed.join(', ')}.` : 'All there.');
  } else {
    console.error(`The end-to-end tests cannot run here: ${readiness.reason}`);
    process.exitCode = CANNOT_RUN;
  }
}
