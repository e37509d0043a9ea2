import type { Command, Word } from '../model/index.js';

/** The word by which hadolint takes a call for one of a subcommand: any that reads like it, wherever it stands. */
export const argument = ({ args }: Command, text: string): Word | undefined => args.find((word) => word.text === text);

/** The codes of the peers, those left out that do not see a finding. */
export const codesOf = (
  peers: Readonly<Record<string, readonly string[]>>,
  sees: Readonly<Partial<Record<string, boolean>>>,
): readonly string[] =>
  Object.entries(peers)
    .filter(([peer]) => sees[peer] !== false)
    .flatMap(([peer, codes]) => codes.map((code) => `${peer}/${code}`));
