import type { Environment, Variable } from '../model/state.js';

/** A variable, and whether it is known to have no value. */
export interface Setting extends Variable {
  readonly isUnset: boolean;
}

interface Entry {
  readonly variable: Setting;
  readonly position: number;
}

type Kind = Variable['kind'];

/**
 * The variables of a stage in the order they are set. A point of the stage sees those before it, so that an
 * environment is a position in a scope and nothing is ever copied.
 */
export class Scope {
  readonly #entries: Entry[] = [];
  readonly #byName: Readonly<Record<Kind, Map<string, Entry[]>>> = { arg: new Map(), env: new Map() };
  readonly #inherited = new Map<string, Setting | undefined>();

  constructor(readonly parent: PointInScope | undefined) {}

  add(variable: Setting): void {
    const byName = this.#byName[variable.kind];
    const entry = { variable, position: this.#entries.length + 1 };
    this.#entries.push(entry);
    const entries = byName.get(variable.name);
    if (entries) entries.push(entry);
    else byName.set(variable.name, [entry]);
  }

  /** What is seen right now. */
  now(): PointInScope {
    return new PointInScope(this, this.#entries.length);
  }

  /** The latest setting of the name up to the position. */
  find(name: string, position: number, kind: Kind): Setting | undefined {
    const entries = this.#byName[kind].get(name);
    if (!entries) return undefined;
    let low = 0;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((entries[middle]?.position ?? 0) <= position) low = middle + 1;
      else high = middle;
    }
    return entries[low - 1]?.variable;
  }

  /**
   * What the stages below give for the name. Each of them keeps its answer, and they are asked from the root upwards:
   * a chain of thousands of stages costs one step each, and no depth of calls.
   */
  inherited(name: string): Setting | undefined {
    const unasked: Scope[] = [];
    for (const { scope } of pointsFrom(this.now())) {
      if (scope.#inherited.has(name)) break;
      unasked.push(scope);
    }
    for (const scope of unasked.reverse()) scope.#inherited.set(name, scope.parent?.lookup(name));
    return this.#inherited.get(name);
  }

  /** Every setting up to the position, the latest first. */
  *settings(position: number): Iterable<Setting> {
    for (let index = position - 1; index >= 0; index -= 1) {
      const entry = this.#entries[index];
      if (entry) yield entry.variable;
    }
  }
}

/** What is seen at one point of a stage. */
export class PointInScope implements Environment {
  constructor(
    readonly scope: Scope,
    readonly position: number,
  ) {}

  lookup(name: string): Setting | undefined {
    const { scope, position } = this;
    const own = scope.find(name, position, 'env');
    if (own) return own;
    const inherited = scope.inherited(name);
    if (inherited?.kind === 'env') return inherited;
    return scope.find(name, position, 'arg') ?? inherited;
  }

  *all(): Iterable<Setting> {
    const seen = new Set<string>();
    for (const { scope, position } of pointsFrom(this)) {
      for (const variable of scope.settings(position)) {
        if (seen.has(variable.name) || this.lookup(variable.name) !== variable) continue;
        seen.add(variable.name);
        yield variable;
      }
    }
  }
}

/** The point, and in each stage below the one that is inherited from. */
function* pointsFrom(from: PointInScope): Iterable<PointInScope> {
  for (let point: PointInScope | undefined = from; point; point = point.scope.parent) yield point;
}
