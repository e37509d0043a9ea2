import { RETIRED_CODES } from '../knowledge/peer-codes.js';
import type { Peer, Rule } from '../rule.js';

/** Finds rules by any name they go by: their id, a peer's code (`DL3008`), or both with the tool (`hadolint/DL3008`). */
export class RuleNames {
  readonly #byName = new Map<string, Rule[]>();

  constructor(readonly rules: readonly Rule[]) {
    for (const rule of rules) {
      this.#add(rule.id, rule);
      for (const [peer, codes] of Object.entries(rule.peers ?? {})) {
        for (const code of codes) {
          this.#add(code, rule);
          this.#add(`${peer}/${code}`, rule);
        }
      }
    }
  }

  #add(name: string, rule: Rule): void {
    const found = this.#byName.get(name.toLowerCase());
    if (!found) this.#byName.set(name.toLowerCase(), [rule]);
    else if (!found.includes(rule)) found.push(rule);
  }

  /** The rules of that name; a code may stand for several. */
  find(name: string): readonly Rule[] {
    return this.#byName.get(name.toLowerCase()) ?? [];
  }

  /** The rules that a peer's code stands for. */
  ofPeer(peer: Peer, code: string): readonly Rule[] {
    return this.find(`${peer}/${code}`);
  }

  get names(): Iterable<string> {
    return this.#byName.keys();
  }
}

/** Every code of a rule that its tool still reports, with the tool: `hadolint/DL3014`. */
export const peerCodes = ({ peers = {} }: Rule): readonly string[] =>
  Object.entries(peers).flatMap(([peer, codes]) =>
    codes.filter((code) => !RETIRED_CODES.includes(code)).map((code) => `${peer}/${code}`),
  );

/** Whether a name is one of ShellCheck's codes, which are names of rules as well: `SC2086`, `shellcheck/SC2086`. */
export const isShellCheckCode = (name: string): boolean => /^(?:shellcheck\/)?SC[1-3]\d{3}$/i.test(name);
