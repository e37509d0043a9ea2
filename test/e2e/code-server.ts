import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

import { nodeHeadersPrefix } from './machine.js';
import { until } from './wait.js';

const VERSION = '4.100.3';
const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 10_000;

/** How to start one VS Code. */
export interface CodeServerOptions {
  /** The packed extension. */
  readonly vsix: string;
  /** The folder that the window shows. */
  readonly workspace: string;
  /** `off`: every folder is trusted. `asks`: VS Code asks, so that a test can decline and look at Restricted Mode. */
  readonly workspaceTrust: 'off' | 'asks';
  /** User settings on top of those of a quiet test window. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** One running VS Code with the extension in it; it listens on the loopback address only. */
export interface CodeServer {
  readonly workspace: string;
  /** The address of a window with the workspace and one of its files open. */
  readonly addressOf: (file: string) => string;
  /** Ends the server with all its children and removes its user data. */
  readonly stop: () => Promise<void>;
}

/** The folder that keeps code-server between runs, outside the clone. */
export function cacheFolder(): string {
  const chosen = process.env['PLIMSOLL_E2E_CACHE'];
  if (chosen !== undefined && chosen !== '') return path.resolve(chosen);
  const caches = process.env['XDG_CACHE_HOME'];
  return path.join(caches !== undefined && caches !== '' ? caches : path.join(homedir(), '.cache'), 'plimsoll-e2e');
}

/** Whether {@link installCodeServer} has nothing left to do. */
export const isCodeServerInstalled = (): boolean => existsSync(markerFile());

/**
 * Installs code-server from npm into the cache folder, unless it is there.
 *
 * Its own install script fetches binaries and refuses root, so scripts stay off
 * and the few native modules that matter are built here, against the headers of the running Node.
 */
export async function installCodeServer(): Promise<void> {
  if (isCodeServerInstalled()) return;
  const headers = nodeHeadersPrefix();
  if (headers === undefined) throw new Error('Node headers are missing; prepareMachine says more.');

  const folder = installFolder();
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'package.json'), '{ "private": true }\n');

  const vscode = path.join(folder, 'node_modules/code-server/lib/vscode');
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  const install = (cwd: string, ...names: string[]): Promise<string> =>
    run('npm', ['install', '--ignore-scripts', '--omit=dev', ...quiet, ...names], { cwd });
  const rebuild = (cwd: string, ...names: string[]): Promise<string> =>
    run(
      'npm',
      ['rebuild', '--ignore-scripts=false', '--build-from-source', `--nodedir=${headers}`, ...quiet, ...names],
      { cwd },
    );

  await install(folder, `code-server@${VERSION}`);
  await rebuild(folder, 'argon2');
  await install(vscode);
  await install(path.join(vscode, 'extensions'));
  await rebuild(vscode, '@vscode/spdlog', 'native-watchdog');
  await symlink('node_modules', path.join(vscode, 'node_modules.asar'));

  await run(process.execPath, [entryPoint(), '--version', '--config', '/dev/null']);
  await writeFile(markerFile(), `${new Date().toISOString()}\n`);
}

/** Starts VS Code with fresh user data and the extension installed, and waits until it answers. */
export async function startCodeServer(options: CodeServerOptions): Promise<CodeServer> {
  const data = await mkdtemp(path.join(tmpdir(), 'plimsoll-e2e-data-'));
  await mkdir(path.join(data, 'User'));
  await writeFile(path.join(data, 'User/settings.json'), JSON.stringify(settingsOf(options), undefined, 2));
  const own = ['--user-data-dir', data, '--extensions-dir', path.join(data, 'extensions'), '--config', '/dev/null'];

  await run(process.execPath, [entryPoint(), ...own, '--install-extension', options.vsix, '--force']);

  const port = await freePort();
  const quiet = [
    '--auth',
    'none',
    '--disable-telemetry',
    '--disable-update-check',
    '--disable-getting-started-override',
  ];
  const trust = options.workspaceTrust === 'off' ? ['--disable-workspace-trust'] : [];
  const child = spawn(
    process.execPath,
    [entryPoint(), ...own, ...quiet, ...trust, '--bind-addr', `127.0.0.1:${String(port)}`, options.workspace],
    { detached: true, env: cleanEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const log = collect(child);
  const killNow = (): void => {
    signalGroup(child, 'SIGKILL');
  };
  process.once('exit', killNow);

  const stop = async (): Promise<void> => {
    await stopGroup(child);
    process.off('exit', killNow);
    await rm(data, { recursive: true, force: true, maxRetries: 5 });
  };

  const origin = `127.0.0.1:${String(port)}`;
  try {
    await until(
      'code-server answers',
      async () => {
        if (child.exitCode !== null) throw new Error('code-server ended at once.');
        return answers(`http://${origin}/healthz`);
      },
      START_LIMIT_MS,
    );
  } catch (error) {
    await stop();
    throw new Error(`code-server did not start:\n${log()}`, { cause: error });
  }

  const addressOf = (file: string): string => {
    const payload = [['openFile', `vscode-remote://${origin}${path.resolve(options.workspace, file)}`]];
    return `http://${origin}/?${new URLSearchParams({ folder: options.workspace, payload: JSON.stringify(payload) }).toString()}`;
  };
  return { workspace: options.workspace, addressOf, stop };
}

const installFolder = (): string => path.join(cacheFolder(), `code-server-${VERSION}-abi${process.versions.modules}`);
const markerFile = (): string => path.join(installFolder(), 'complete');
const entryPoint = (): string => path.join(installFolder(), 'node_modules/code-server/out/node/entry.js');

// No `files.associations` here: the manifest's own file patterns are under test.
const settingsOf = ({ workspaceTrust, settings }: CodeServerOptions): Record<string, unknown> => ({
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'chat.commandCenter.enabled': false,
  'chat.disableAIFeatures': true,
  'git.enabled': false,
  // In a browser VS Code saves by itself, and then marks no text as unsaved.
  'files.autoSave': 'off',
  ...(workspaceTrust === 'off' ? { 'security.workspace.trust.enabled': false } : {}),
  ...settings,
});

/** A VS Code, npm or mocha around the tests must not reach into the one under test. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const inherited =
    /^(VSCODE_|NODE_OPTIONS$|NODE_V8_COVERAGE$|ELECTRON_|npm_config_workspace|PORT$|PASSWORD$|HASHED_PASSWORD$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !inherited.test(name)));
}

async function run(command: string, args: readonly string[], options: SpawnOptions = {}): Promise<string> {
  const child = spawn(command, args, { ...options, env: cleanEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
  const log = collect(child);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${log()}`);
  return log();
}

function collect(child: ChildProcess): () => string {
  let text = '';
  const add = (chunk: Buffer): void => {
    text += chunk.toString();
  };
  child.stdout?.on('data', add);
  child.stderr?.on('data', add);
  return () => text;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('No free port.'));
        else resolve(address.port);
      });
    });
  });
}

async function answers(address: string): Promise<boolean> {
  try {
    return (await fetch(address)).ok;
  } catch {
    return false;
  }
}

async function stopGroup(child: ChildProcess): Promise<void> {
  const isGone = (): boolean => !signalGroup(child, 0);
  signalGroup(child, 'SIGTERM');
  try {
    await until('code-server has ended', isGone, STOP_LIMIT_MS);
  } catch {
    signalGroup(child, 'SIGKILL');
    await until('code-server is killed', isGone, STOP_LIMIT_MS);
  }
}

/** Says whether any process of the group was there to get the signal. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  if (child.pid === undefined) return false;
  try {
    return process.kill(-child.pid, signal);
  } catch {
    return false;
  }
}
