import type { Environment, Variable } from '../model/state.js';

interface Entry {
  readonly variable: Variable;
  readonly position: number;
}

/**
 * The variables of a stage in the order they are set. A point of the stage sees those before it, so that an
 * environment is a position in a scope and nothing is ever copied.
 */
export class Scope {
  readonly #byName = new Map<string, Entry[]>();
  #length = 0;

  constructor(readonly parent: Environment | undefined) {}

  add(variable: Variable): void {
    this.#length += 1;
    const entries = this.#byName.get(variable.name);
    const entry = { variable, position: this.#length };
    if (entries) entries.push(entry);
    else this.#byName.set(variable.name, [entry]);
  }

  /** What is seen right now. */
  now(): Environment {
    return new PointInScope(this, this.#length);
  }

  /** The latest ENV of the name up to the position, else the latest ARG. */
  find(name: string, position: number, kind: 'arg' | 'env'): Variable | undefined {
    const entries = this.#byName.get(name);
    if (!entries) return undefined;
    for (let index = entries.length - 1; index >= 0; index -= 1) {
      const entry = entries[index];
      if (entry && entry.position <= position && entry.variable.kind === kind) return entry.variable;
    }
    return undefined;
  }

  *names(): Iterable<string> {
    yield* this.#byName.keys();
  }
}

class PointInScope implements Environment {
  constructor(
    private readonly scope: Scope,
    private readonly position: number,
  ) {}

  lookup(name: string): Variable | undefined {
    const { scope, position } = this;
    const own = scope.find(name, position, 'env');
    if (own) return own;
    const inherited = scope.parent?.lookup(name);
    if (inherited?.kind === 'env') return inherited;
    return scope.find(name, position, 'arg') ?? inherited;
  }

  *all(): Iterable<Variable> {
    const names = new Set<string>();
    for (const variable of this.scope.parent?.all() ?? []) names.add(variable.name);
    for (const name of this.scope.names()) names.add(name);
    for (const name of names) {
      const variable = this.lookup(name);
      if (variable) yield variable;
    }
  }
}
