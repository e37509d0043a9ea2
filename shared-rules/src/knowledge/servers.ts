import type { Command, Environment, Part, Word } from '../model/index.js';
import { verbOf } from './commands.js';

/** Where a server listens, as far as its command line and its variables say. */
export interface Listener {
  /** The word that names the address. */
  readonly at?: Word | undefined;
  /** The word that names the port, where it is another one. */
  readonly portAt?: Word | undefined;
  /** The variable that names the address, where no word does. */
  readonly variable?: string | undefined;
  /** Undefined where nobody can tell. */
  readonly host: string | undefined;
  readonly port: number | undefined;
}

/** How a program is told where to listen. */
interface Server {
  /** Subcommands with which it serves; absent: it needs none. */
  readonly verbs?: RegExp;
  /** Flags that name the address alone, the port alone, or both. */
  readonly host?: readonly string[];
  readonly port?: readonly string[];
  readonly bind?: readonly string[];
  /** Whether the operand behind the verb names both, as with `manage.py runserver`. */
  readonly operand?: boolean;
  readonly hostVariable?: string;
  readonly portVariable?: string;
  /** Where it listens when it is told nothing; absent: nobody can tell, or it is none of these. */
  readonly defaultHost?: string;
  readonly defaultPort?: number;
  /** Flags of a configuration, which may say otherwise. */
  readonly configured?: readonly string[];
  /** How a host is given that is missing. */
  readonly remedy?: readonly string[];
}

const LOOPBACK = '127.0.0.1';
const EVERYWHERE = '0.0.0.0';

/** Sources: the programs' own manuals and `--help`. */
const SERVERS: Readonly<Record<string, Server>> = {
  uvicorn: {
    host: ['--host'],
    port: ['--port'],
    hostVariable: 'UVICORN_HOST',
    portVariable: 'UVICORN_PORT',
    defaultHost: LOOPBACK,
    defaultPort: 8000,
    configured: ['--uds', '--fd'],
    remedy: ['--host', EVERYWHERE],
  },
  // Without a word it reads gunicorn.conf.py and PORT.
  gunicorn: { bind: ['-b', '--bind'] },
  hypercorn: {
    bind: ['-b', '--bind'],
    defaultHost: LOOPBACK,
    defaultPort: 8000,
    configured: ['-c', '--config'],
    remedy: ['--bind', `${EVERYWHERE}:8000`],
  },
  daphne: {
    host: ['-b', '--bind'],
    port: ['-p', '--port'],
    defaultHost: LOOPBACK,
    defaultPort: 8000,
    configured: ['-u', '--unix-socket', '--fd', '-e', '--endpoint'],
    remedy: ['-b', EVERYWHERE],
  },
  flask: {
    verbs: /^run$/,
    host: ['-h', '--host'],
    port: ['-p', '--port'],
    hostVariable: 'FLASK_RUN_HOST',
    portVariable: 'FLASK_RUN_PORT',
    defaultHost: LOOPBACK,
    defaultPort: 5000,
    remedy: ['--host', EVERYWHERE],
  },
  fastapi: { verbs: /^run$/, host: ['--host'], port: ['--port'], defaultHost: EVERYWHERE, defaultPort: 8000 },
  'manage.py': {
    verbs: /^runserver(_plus)?$/,
    operand: true,
    defaultHost: LOOPBACK,
    defaultPort: 8000,
    remedy: [`${EVERYWHERE}:8000`],
  },
  'django-admin': {
    verbs: /^runserver$/,
    operand: true,
    defaultHost: LOOPBACK,
    defaultPort: 8000,
    remedy: [`${EVERYWHERE}:8000`],
  },
  streamlit: {
    verbs: /^run$/,
    host: ['--server.address'],
    port: ['--server.port'],
    hostVariable: 'STREAMLIT_SERVER_ADDRESS',
    portVariable: 'STREAMLIT_SERVER_PORT',
    defaultHost: EVERYWHERE,
    defaultPort: 8501,
  },
  rails: { verbs: /^(s|server)$/, host: ['-b', '--binding'], port: ['-p', '--port'] },
  rackup: { host: ['-o', '--host'], port: ['-p', '--port'] },
  puma: { port: ['-p', '--port'], portVariable: 'PORT', configured: ['-b', '--bind', '-C', '--config'] },
  artisan: {
    verbs: /^serve$/,
    host: ['--host'],
    port: ['--port'],
    hostVariable: 'SERVER_HOST',
    portVariable: 'SERVER_PORT',
    defaultHost: LOOPBACK,
    defaultPort: 8000,
    remedy: [`--host=${EVERYWHERE}`],
  },
  php: { bind: ['-S'] },
  vite: {
    verbs: /^(dev|serve|preview)$/,
    host: ['--host'],
    port: ['--port'],
    configured: ['-c', '--config'],
  },
  ng: {
    verbs: /^(serve|s)$/,
    host: ['--host'],
    port: ['--port'],
    defaultHost: LOOPBACK,
    defaultPort: 4200,
    configured: ['-c', '--configuration'],
    remedy: ['--host', EVERYWHERE],
  },
  'webpack-dev-server': { host: ['--host'], port: ['--port'], configured: ['--config'] },
  'http-server': { host: ['-a'], port: ['-p', '--port'], defaultHost: EVERYWHERE, defaultPort: 8080 },
  serve: { bind: ['-l', '--listen'], port: ['-p'] },
  next: { verbs: /^(start|dev)$/, host: ['-H', '--hostname'], port: ['-p', '--port'], portVariable: 'PORT' },
  hugo: {
    verbs: /^(server|serve)$/,
    host: ['--bind'],
    port: ['-p', '--port'],
    defaultHost: LOOPBACK,
    defaultPort: 1313,
    remedy: ['--bind', EVERYWHERE],
  },
  jekyll: { verbs: /^(serve|s|server)$/, host: ['-H', '--host'], port: ['-P', '--port'], configured: ['--config'] },
  mkdocs: { verbs: /^serve$/, bind: ['-a', '--dev-addr'], configured: ['-f', '--config-file'] },
  jupyter: { verbs: /^(notebook|lab|server)$/, host: ['--ip'], port: ['--port'], configured: ['--config'] },
  'jupyter-lab': { host: ['--ip'], port: ['--port'] },
  'jupyter-notebook': { host: ['--ip'], port: ['--port'] },
  'redis-server': { host: ['--bind'], port: ['--port'] },
  mongod: { host: ['--bind_ip'], port: ['--port'] },
  mysqld: { host: ['--bind-address'], port: ['--port', '-P'] },
  java: {
    host: ['--server.address', '-Dserver.address'],
    port: ['--server.port', '-Dserver.port'],
    portVariable: 'SERVER_PORT',
  },
  dotnet: { bind: ['--urls'], portVariable: 'ASPNETCORE_HTTP_PORTS' },
  node: { portVariable: 'PORT' },
};

/** Whether the address can be reached from the same container alone. */
export const isLoopback = (host: string): boolean => /^(127(\.\d{1,3}){1,3}|localhost|\[?::1\]?)$/i.test(host);

/**
 * Where a command listens; empty for a program that is not known to serve, or is told by a configuration. What the command
 * line leaves open, variables of the program say, then its defaults. `more` are words that CMD appends to an ENTRYPOINT.
 */
export function listenersOf(command: Command, env: Environment, more: readonly Word[] = []): readonly Listener[] {
  const found = serverOf(command, more);
  if (!found) return [];
  const { server, words } = found;
  const valuesOf = (flags: readonly string[] = []): readonly Word[] => valuesIn(command, words, flags);
  const bound = valuesOf(server.bind);
  if (bound.length > 0) return bound.map((word) => ({ at: word, ...addressIn(word, server, env) }));
  if (valuesOf(server.configured).length > 0) return [];
  const operand = server.operand ? operandAddress(words) : undefined;
  if (operand) return [{ at: operand, ...addressIn(operand, server, env, true) }];
  const host = settingOf(valuesOf(server.host).at(-1), server.hostVariable, env);
  const port = settingOf(valuesOf(server.port).at(-1), server.portVariable, env);
  // An option that a variable brings may say where to listen.
  const isOpen = words.some(({ literal }) => !literal) && (!host || !port);
  const hostText = host ? host.text : isOpen ? undefined : server.defaultHost;
  const portText = port ? port.text : isOpen ? undefined : server.defaultPort?.toString();
  if (hostText === undefined && portText === undefined) return [];
  return [{ at: host?.word, portAt: port?.word, variable: host?.variable, host: hostText, port: portOf(portText) }];
}

/** The ports that a command listens on; undefined where they cannot all be known. */
export function portsOf(command: Command, env: Environment, more: readonly Word[] = []): readonly number[] | undefined {
  const ports = listenersOf(command, env, more).map(({ port }) => port);
  const known = ports.filter((port) => port !== undefined);
  return ports.length > 0 && known.length === ports.length ? [...new Set(known)] : undefined;
}

/** How a server that is told no address is told to listen everywhere: by which words, and behind which. */
export function listenEverywhere(
  command: Command,
  more: readonly Word[] = [],
): { readonly words: readonly string[]; readonly behind: Word } | undefined {
  const found = serverOf(command, more);
  return found?.server.remedy && { words: found.server.remedy, behind: found.verb ?? command.program };
}

function serverOf(
  command: Command,
  more: readonly Word[],
): { readonly server: Server; readonly verb?: Word; readonly words: readonly Word[] } | undefined {
  const { program, args } = command;
  if (command.has('--help', '--version')) return undefined;
  // A script that an interpreter runs: `python manage.py runserver`, `php artisan serve`.
  const script = /^(python[\d.]*|php)$/.test(program.text) ? scriptIn(command) : undefined;
  const name = script ? script.text.slice(script.text.lastIndexOf('/') + 1) : program.text;
  const own = [...(script ? args.slice(args.indexOf(script) + 1) : args), ...more];
  const server = Object.hasOwn(SERVERS, name) ? SERVERS[name] : undefined;
  if (!server) return undefined;
  if (!server.verbs) return { server, words: own };
  const verb = (script ? undefined : verbOf(command)) ?? own.find(({ text }) => !text.startsWith('-'));
  return verb && server.verbs.test(verb.text) ? { server, verb, words: own.slice(own.indexOf(verb) + 1) } : undefined;
}

const scriptIn = ({ subcommand }: Command): Word | undefined =>
  subcommand?.literal && /(^|\/)(manage\.py|artisan)$/.test(subcommand.text) ? subcommand : undefined;

interface Found {
  readonly text: string | undefined;
  readonly word?: Word;
  readonly variable?: string;
}

function settingOf(word: Word | undefined, name: string | undefined, env: Environment): Found | undefined {
  if (word) return { word, text: valueIn(word, env) };
  const variable = name === undefined ? undefined : env.lookup(name);
  return variable?.kind === 'env' ? { text: variable.value, variable: variable.name } : undefined;
}

/** The words that give a flag its value: the next one, or the part of its own. */
function valuesIn(command: Command, words: readonly Word[], flags: readonly string[]): readonly Word[] {
  const found: Word[] = [];
  for (const [index, word] of words.entries()) {
    const next = words[index + 1];
    if (flags.includes(word.text)) found.push(next && !next.text.startsWith('-') ? next : word);
    else if (flags.some((flag) => word.text.startsWith(`${flag}=`) || isGlued(word.text, flag))) {
      found.push(command.flags.find((flag) => flag.word === word)?.value ?? word);
    }
  }
  return found;
}

/** `-b0.0.0.0:80`: a short flag with its value. */
const isGlued = (text: string, flag: string): boolean =>
  /^-[A-Za-z]$/.test(flag) && text.startsWith(flag) && /^[\d.[:]/.test(text.slice(2));

/** The value of a word that may hold its flag as well, with the variables that the image sets; undefined if it has others. */
function valueIn({ parts }: Word, env: Environment): string | undefined {
  let text = '';
  for (const part of parts) {
    if (part.kind === 'text') text += part.text;
    else {
      const value = part.kind === 'variable' ? valueOf(part, env) : undefined;
      if (value === undefined) return undefined;
      text += value;
    }
  }
  return text.replace(/^--?[\w.-]+=|^-[A-Za-z](?=[\d.[:])/, '').replace(/^["']|["']$/g, '');
}

function valueOf(part: Extract<Part, { kind: 'variable' }>, env: Environment): string | undefined {
  const variable = env.lookup(part.name);
  if (variable) return variable.kind === 'env' ? variable.value : undefined;
  const [fallback, ...more] = part.operand ?? [];
  return part.operator?.endsWith('-') && fallback?.kind === 'text' && more.length === 0 ? fallback.text : undefined;
}

/** Splits `host:port`, `[::]:80`, `:80`, `80`, `http://localhost:5000`. */
function addressIn(word: Word, server: Server, env: Environment, isPortAlone = false): Pick<Listener, 'host' | 'port'> {
  const text = valueIn(word, env)
    ?.replace(/^(tcp|https?):\/\//, '')
    .replace(/\/$/, '');
  if (text === undefined || /^(unix|fd):|[;,]/.test(text)) return { host: knownHost(word), port: undefined };
  const colon = text.lastIndexOf(':');
  const isBareHost = colon < 0 || text.endsWith(']');
  const host = isBareHost ? (isPortAlone || /^\d+$/.test(text) ? server.defaultHost : text) : text.slice(0, colon);
  const port = isBareHost ? (/^\d+$/.test(text) ? text : undefined) : text.slice(colon + 1);
  return { host: host === '' ? EVERYWHERE : host, port: portOf(port) };
}

/** The address in front of a port that only the run time knows: `127.0.0.1:$PORT`. */
function knownHost({ parts: [first] }: Word): string | undefined {
  const colon = first?.kind === 'text' ? first.text.lastIndexOf(':') : -1;
  return first?.kind === 'text' && colon > 0 ? first.text.slice(first.text.indexOf('=') + 1, colon) : undefined;
}

const operandAddress = (words: readonly Word[]): Word | undefined =>
  words.find(({ text }) => !text.startsWith('-') && /[\d:$]/.test(text));

const portOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : undefined;
