import { OUT_OF_REACH, PEER_CODES, SYNTAX_CODES, type WholePeer } from '../knowledge/peer-codes.js';
import type { Difference, Rule } from '../rule.js';
import { TOOLS } from './derive.js';
import { RuleNames } from './names.js';

/** What stands here for the code of another tool. */
export interface PeerCode {
  readonly peer: WholePeer;
  readonly code: string;
  readonly rules: readonly Rule[];
  /** Whether it is a text that cannot be read, which no rule finds. */
  readonly isSyntax: boolean;
  readonly differs: boolean;
  /** Why nothing can stand for it. */
  readonly outOfReach?: string | undefined;
}

/** Every code of the tools that are known whole, with the rules that stand for it. */
export function peerCodesWithRules(rules: readonly Rule[]): readonly PeerCode[] {
  const names = new RuleNames(rules);
  const different = new Set(rules.flatMap(({ differs = [] }) => differs.map(({ from }) => from)));
  return (Object.keys(PEER_CODES) as WholePeer[]).flatMap((peer) =>
    PEER_CODES[peer].map((code) => ({
      peer,
      code,
      rules: names.ofPeer(peer, code),
      isSyntax: SYNTAX_CODES.includes(`${peer}/${code}`),
      differs: different.has(`${peer}/${code}`),
      outOfReach: OUT_OF_REACH[`${peer}/${code}`],
    })),
  );
}

/** The page of the other tools' codes, in Markdown: for each of them our name, and whether the verdict is the same. */
export function peersPage(rules: readonly Rule[]): string {
  const codes = peerCodesWithRules(rules);
  const sections = (Object.keys(PEER_CODES) as WholePeer[]).flatMap((peer) => {
    const own = codes.filter((code) => code.peer === peer);
    return [
      `## ${TOOLS[peer] ?? peer}`,
      ['| code | here | verdict |', '| --- | --- | --- |', ...own.map(codeRow)].join('\n'),
    ];
  });
  return `${[
    '# The codes of other tools',
    'Every code of the tools that people move from, and what finds the same here. The codes work as names wherever a rule is named: in config files, in comments, in `--select`, `--ignore` and `plimsoll explain`.',
    '“Same” is said of the profile a rule belongs to; under the profile `all`, every verdict is the other tool’s. Where the verdict is another on purpose, [the page of differences](differences.md) says why.',
    ...sections,
  ].join('\n\n')}\n`;
}

function codeRow({ code, rules, isSyntax, differs, outOfReach }: PeerCode): string {
  const here = isSyntax ? ['`syntax`'] : rules.map(({ id }) => `[${id}](rules/${id}.md)`);
  const verdict =
    outOfReach !== undefined
      ? `none: ${outOfReach}`
      : differs
        ? '[differs on purpose](differences.md)'
        : here.length > 0
          ? 'same'
          : 'not yet';
  return `| ${code} | ${here.join(', ')} | ${verdict} |`;
}

/** The page of verdicts that are another than a peer's on purpose, in Markdown. */
export function differencesPage(rules: readonly Rule[]): string {
  const rows = rules
    .flatMap(({ id, differs = [] }) => differs.map((difference) => ({ id, ...difference })))
    .sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  return `${[
    '# Where the verdict differs on purpose',
    'What the profiles `recommended` and `strict` judge in another way than the tool whose code it is. Under the profile `all` the other tool’s verdict holds.',
    [
      '| code | rule | what they do | what we do | why |',
      '| --- | --- | --- | --- | --- |',
      ...rows.map(differenceRow),
    ].join('\n'),
  ].join('\n\n')}\n`;
}

function differenceRow({ id, from, they, we, why }: Difference & { readonly id: string }): string {
  return `| ${[from, `[${id}](rules/${id}.md)`, they, we, why].map(inCell).join(' | ')} |`;
}

/** A bar would end the cell, wherever it stands. */
const inCell = (text: string): string => text.replace(/\s+/g, ' ').trim().replaceAll('|', '\\|');
