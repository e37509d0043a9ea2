import type { Command } from '../model/index.js';
import { operandsOf, verbOf } from './commands.js';

/**
 * What a program that starts another does for that: it stays as the parent, builds the program first, watches its files
 * as developers want it, or is merely a detour.
 */
export type Role = 'parent' | 'builder' | 'watcher' | 'detour';

interface Runner {
  readonly role: Role;
  /** The subcommands with which it starts a program; absent: any operand is a program. */
  readonly verbs?: RegExp;
}

/** Sources: the programs' own manuals. */
const RUNNERS: Readonly<Record<string, Runner>> = {
  npm: { role: 'parent', verbs: /^(start|run|run-script|exec|x)$/ },
  yarn: { role: 'parent', verbs: /^(start|run|serve|exec|dlx|dev|workspace)$/ },
  pnpm: { role: 'parent', verbs: /^(start|run|exec|dlx|serve|dev)$/ },
  npx: { role: 'parent' },
  // These put the program in their place, or hand signals on.
  poetry: { role: 'detour', verbs: /^run$/ },
  pipenv: { role: 'detour', verbs: /^run$/ },
  uv: { role: 'detour', verbs: /^run$/ },
  pdm: { role: 'detour', verbs: /^run$/ },
  mvn: { role: 'builder', verbs: /^(spring-boot|jetty|tomcat\d*|exec|quarkus|cargo|wildfly|liberty):/ },
  mvnw: { role: 'builder', verbs: /^(spring-boot|jetty|tomcat\d*|exec|quarkus|cargo|wildfly|liberty):/ },
  gradle: { role: 'builder', verbs: /^:?([\w-]+:)*(bootRun|run|appRun|quarkusDev)$/ },
  gradlew: { role: 'builder', verbs: /^:?([\w-]+:)*(bootRun|run|appRun|quarkusDev)$/ },
  sbt: { role: 'builder', verbs: /^(.+\/)?run$/ },
  cargo: { role: 'builder', verbs: /^(run|watch)$/ },
  go: { role: 'builder', verbs: /^run$/ },
  dotnet: { role: 'builder', verbs: /^(run|watch)$/ },
  nodemon: { role: 'watcher' },
  'ts-node-dev': { role: 'watcher' },
};

/** Scripts and programs that end by themselves, so that nobody waits for them to hear a signal. */
const ERRAND =
  /(^|[-:_/])(tests?|e2e|lint|build|check|migrat\w*|seed|ci|deploy|release|publish|audit|format|cypress|playwright|jest|vitest|mocha|eslint|prettier|prisma|tsc|knex|sequelize|typeorm|pytest|ruff|mypy|flake8|black|tox|rspec|rubocop|rake|install|setup|help|version|create-[\w-]+)([-:_@./]|$)/i;

/** How the command starts a program that stays; undefined where it does not. */
export function startsProgram(command: Command): Role | undefined {
  const runner = RUNNERS[command.program.text];
  if (!runner || command.has('--help', '-h', '--version')) return undefined;
  const operands = operandsOf(command);
  const verb = verbOf(command);
  if (!verb || (runner.verbs && !runner.verbs.test(verb.text))) return undefined;
  const named = runner.verbs ? operands.slice(operands.indexOf(verb) + 1) : operands;
  const errands = runner.role === 'builder' || verb.text === 'start' ? [] : named.slice(0, 3);
  return errands.some(({ text }) => ERRAND.test(text)) ? undefined : runner.role;
}

/** The name of the script of package.json that npm, yarn or pnpm runs with nothing else. */
export function packageScriptOf(command: Command): string | undefined {
  const { program, args } = command;
  if (!['npm', 'yarn', 'pnpm'].includes(program.text) || args.some(({ literal }) => !literal)) return undefined;
  const [first, second, ...more] = args.map(({ text }) => text);
  if (first === 'start' && second === undefined) return 'start';
  return (first === 'run' || first === 'run-script') && second !== undefined && more.length === 0 ? second : undefined;
}

/** The words of a script of package.json, where it does nothing but start node and needs no shell for it. */
export function nodeCallIn(scripts: ReadonlyMap<string, string>, name: string): readonly string[] | undefined {
  const text = scripts.get(name) ?? '';
  const isAlone = !scripts.has(`pre${name}`) && !scripts.has(`post${name}`);
  return isAlone && /^node( [\w@%+=:,./-]+)+$/.test(text) ? text.split(' ') : undefined;
}
