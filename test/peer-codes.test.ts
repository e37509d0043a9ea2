import assert from 'node:assert/strict';
import { PEER_CODES, peerCodesWithRules, RuleNames, rules, type WholePeer } from '@plimsoll/rules';

const PEERS = Object.keys(PEER_CODES) as WholePeer[];

/** Codes of hadolint's that are retired; a rule may still answer to them. */
const RETIRED: readonly string[] = ['DL3005', 'DL3017', 'DL3031', 'DL3039', 'DL4002'];

describe('The codes of other tools', () => {
  it('are all known: 71, 22, 32, 54 and 28', () => {
    const counts = PEERS.map((peer) => [peer, new Set(PEER_CODES[peer]).size]);
    assert.deepEqual(counts, [
      ['hadolint', 71],
      ['buildkit', 22],
      ['parfum', 32],
      ['dockerfile-utils', 54],
      ['sonar', 28],
    ]);
  });

  it('stand for a rule each', () => {
    const missing = peerCodesWithRules(rules)
      .filter(({ isSyntax, outOfReach, rules: found }) => !isSyntax && outOfReach === undefined && found.length === 0)
      .map(({ peer, code }) => `${peer}/${code}`);
    assert.deepEqual(missing, []);
  });

  it('are found by name, alone and with their tool', () => {
    const names = new RuleNames(rules);
    for (const { peer, code, rules: found } of peerCodesWithRules(rules)) {
      for (const rule of found) {
        assert.ok(names.find(code).includes(rule), code);
        assert.ok(names.find(`${peer}/${code}`).includes(rule), code);
      }
    }
  });

  it('are spelled as the tools spell them', () => {
    const unknown = rules.flatMap(({ id, peers = {} }) =>
      PEERS.flatMap((peer) =>
        (peers[peer] ?? [])
          .filter((code) => !PEER_CODES[peer].includes(code) && !RETIRED.includes(code))
          .map((code) => `${id}: ${peer}/${code}`),
      ),
    );
    assert.deepEqual(unknown, []);
  });

  it('differ on purpose only where a rule carries the code, and says why', () => {
    for (const { id, peers = {}, differs = [] } of rules) {
      for (const { from, they, we, why } of differs) {
        const peer = from.slice(0, from.indexOf('/'));
        const code = from.slice(from.indexOf('/') + 1);
        assert.ok(peers[peer as WholePeer]?.includes(code), `${id} differs from ${from}, which is none of its codes`);
        assert.ok(they !== '' && we !== '' && !/[.]$/.test(they) && !/[.]$/.test(we), `${id}: two clauses`);
        assert.match(why, /^\S.*[.]$/s, `${id}: a sentence says why`);
      }
    }
  });
});
