import type { Command, Word } from '../model/index.js';

/** The word by which hadolint takes a call for one of a subcommand: any that reads like it, wherever it stands. */
export const argument = ({ args }: Command, text: string): Word | undefined => args.find((word) => word.text === text);

/** The codes of the peers, those left out that do not see a finding. */
export function codesOf(
  peers: Readonly<Record<string, readonly string[]>>,
  sees: Readonly<Partial<Record<string, boolean>>>,
): readonly string[] {
  const seeing = Object.keys(peers).filter((peer) => sees[peer] !== false);
  const known = codes.get(peers) ?? new Map<string, readonly string[]>();
  codes.set(peers, known);
  const question = seeing.join(' ');
  let found = known.get(question);
  if (!found) {
    found = seeing.flatMap((peer) => (peers[peer] ?? []).map((code) => `${peer}/${code}`));
    known.set(question, found);
  }
  return found;
}

/** The few answers there are for a rule's peers, which every finding of the rule asks for. */
const codes = new WeakMap<object, Map<string, readonly string[]>>();
