import assert from 'node:assert/strict';
import { PEER_CODES, peerCodesWithRules, RuleNames, rules, type WholePeer } from '@plimsoll/rules';

/** Codes that no rule stands for yet. */
const NOT_YET: Readonly<Partial<Record<WholePeer, readonly string[]>>> = {
  hadolint: [
    'DL3001',
    'DL3010',
    'DL3021',
    'DL3023',
    'DL3026',
    'DL3029',
    'DL3035',
    'DL3043',
    'DL3044',
    'DL3045',
    'DL3046',
    'DL3047',
    'DL3060',
    'DL3061',
    'DL3063',
    'DL3065',
    'DL3066',
    'DL3067',
    'DL4001',
    'DL4005',
    'DL4006',
  ],
  buildkit: [
    'ConsistentInstructionCasing',
    'FromAsCasing',
    'FromPlatformFlagConstDisallowed',
    'InvalidBaseImagePlatform',
    'InvalidDefaultArgInFrom',
    'InvalidDefinitionDescription',
    'NoEmptyContinuation',
    'RedundantTargetPlatform',
    'ReservedStageName',
    'StageNameCasing',
    'UndefinedArgInFrom',
    'UndefinedVar',
  ],
  parfum: [
    'DL3029',
    'DL3046',
    'configureShouldUseBuildFlag',
    'curlUseFlagF',
    'curlUseFlagL',
    'curlUseHttpsUrl',
    'gemUpdateNoDocument',
    'gemUpdateSystemRmRootGem',
    'gpgUseBatchFlag',
    'gpgUseHaPools',
    'gpgVerifyAscRmAsc',
    'mkdirUsrSrcThenRemove',
    'npmCacheCleanAfterInstall',
    'npmCacheCleanUseForce',
    'rmRecursiveAfterMktempD',
    'ruleMoreThanOneInstall',
    'sha256sumEchoOneSpaces',
    'tarSomethingRmTheSomething',
    'wgetUseHttpsUrl',
    'yarnCacheCleanAfterInstall',
  ],
  'dockerfile-utils': [
    'CASING_INSTRUCTION',
    'CASING_DIRECTIVE',
    'ARGUMENT_MISSING',
    'ARGUMENT_EXTRA',
    'ARGUMENT_REQUIRES_ONE',
    'ARGUMENT_REQUIRES_TWO',
    'ARGUMENT_REQUIRES_AT_LEAST_TWO',
    'ARGUMENT_REQUIRES_ONE_OR_THREE',
    'EMPTY_CONTINUATION_LINE',
    'INVALID_BUILD_STAGE_NAME',
    'FLAG_DUPLICATE',
    'FLAG_MISSING_VALUE',
    'NO_SOURCE_IMAGE',
    'INVALID_ESCAPE_DIRECTIVE',
    'INVALID_AS',
    'INVALID_DESTINATION',
    'INVALID_REFERENCE_FORMAT',
    'ONBUILD_CHAINING_DISALLOWED',
    'ONBUILD_TRIGGER_DISALLOWED',
    'SHELL_JSON_FORM',
    'SHELL_REQUIRES_ONE',
    'SYNTAX_MISSING_EQUALS',
    'SYNTAX_MISSING_NAMES',
    'SYNTAX_MISSING_SINGLE_QUOTE',
    'SYNTAX_MISSING_DOUBLE_QUOTE',
    'UNKNOWN_INSTRUCTION',
    'UNKNOWN_ADD_FLAG',
    'UNKNOWN_COPY_FLAG',
    'UNKNOWN_FROM_FLAG',
    'UNKNOWN_HEALTHCHECK_FLAG',
    'UNSUPPORTED_MODIFIER',
    'FLAG_INVALID_FROM_VALUE',
    'FLAG_INVALID_LINK_VALUE',
    'FLAG_EXPECTED_BOOLEAN_VALUE',
    'JSON_IN_SINGLE_QUOTES',
    'BASE_NAME_EMPTY',
    'DUPLICATED_ESCAPE_DIRECTIVE',
  ],
  sonar: ['S5332', 'S6431', 'S6469', 'S6476', 'S6502', 'S6504', 'S6574', 'S6579', 'S7020', 'S7030', 'S8431'],
};

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
      .filter(({ isSyntax, rules: found }) => !isSyntax && found.length === 0)
      .filter(({ peer, code }) => !NOT_YET[peer]?.includes(code))
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
        const [peer = '', code = ''] = [from.slice(0, from.indexOf('/')), from.slice(from.indexOf('/') + 1)];
        assert.ok(peers[peer as WholePeer]?.includes(code), `${id} differs from ${from}, which is none of its codes`);
        assert.ok(they !== '' && we !== '' && !/[.]$/.test(they) && !/[.]$/.test(we), `${id}: two clauses`);
        assert.match(why, /^[A-Z].*[.]$/s, `${id}: a sentence says why`);
      }
    }
  });
});
