import assert from 'node:assert/strict';
import { readHadolintConfig, rules, type Settings } from '@plimsoll/rules';

describe("hadolint's config file", () => {
  const read = (text: string) => readHadolintConfig(text, rules);
  const settings = (text: string): Settings => read(text).settingsFor('Dockerfile', '2026-01-01');
  const at = (text: string): readonly string[] =>
    read(text).problems.map(({ span, message }) => `${text.slice(span.start, span.end)}: ${message}`);

  it('switches codes off and sets severities; what is ignored stays so, and of several overrides the gravest holds', () => {
    const { rules: set, profile } = settings(
      'ignored: [DL3008]\noverride:\n  style: [DL3025, DL3015]\n  error: [DL3025, DL3008]\n  info:\n    - DL3009 # lists are small\n',
    );
    assert.equal(profile, 'recommended');
    assert.deepEqual(set, {
      'apt-pin-versions': { severity: 'off' },
      'exec-form-cmd': { severity: 'error' },
      'apt-no-recommends': { severity: 'hint' },
      'apt-clean-lists': { severity: 'info' },
    });
  });

  it('says from which severity on a run fails, if at all', () => {
    const failOn = (text: string) => settings(text).failOn;
    assert.equal(failOn('failure-threshold: style\n'), 'hint');
    assert.equal(failOn('failure-threshold: ignore\n'), 'hint');
    assert.equal(failOn('failure-threshold: none\n'), 'never');
    assert.equal(failOn('failure-threshold: error\n'), 'error');
    assert.equal(failOn('failure-threshold: error\nno-fail: true\n'), 'never');
    assert.equal(failOn('no-fail: false\n'), undefined);
  });

  it('switches comments off', () => {
    assert.equal(settings('disable-ignore-pragma: true\n').inlineIgnores, false);
    assert.equal(settings('disable-ignore-pragma: false\n').inlineIgnores, undefined);
  });

  it('knows every key of hadolint’s', () => {
    const text = `ignored: [DL3000, SC2086, DL3005]
override: { error: [DL3001], warning: [], info: , style: [SC1000] }
failure-threshold: warning
trustedRegistries: [docker.io, "*.example.com"]
label-schema: { author: text, url: url, when: rfc3339, license: spdx, commit: hash, version: semver, mail: email }
strict-labels: true
disable-ignore-pragma: false
no-fail: false
no-color: true
format: gitlab_codeclimate
`;
    assert.deepEqual(at(text), []);
    assert.deepEqual(read(text).shellcheck, { SC2086: 'off', SC1000: 'hint' });
    assert.deepEqual(read(text).output, { format: 'gitlab_codeclimate', 'no-color': 'true' });
  });

  it('hands labels and registries to the rules on them', () => {
    const text =
      'label-schema: { author: text, raw: rawText, site: url }\nstrict-labels: true\ntrustedRegistries: quay.io\n';
    assert.deepEqual(settings(text).rules, {
      'label-required': { options: { labels: { author: 'text', raw: 'text', site: 'url' } } },
      'label-superfluous': { options: { strict: true } },
      'trusted-registry': { options: { trustedRegistries: ['quay.io'] } },
    });
    for (const [id, { options = {} }] of Object.entries(settings(text).rules)) {
      const rule = rules.find((one) => one.id === id);
      for (const name of Object.keys(options)) assert.ok(!rule || name in (rule.options ?? {}), `${id} has no ${name}`);
    }
  });

  it('may be empty', () => {
    for (const text of ['', '# nothing\n', 'ignored:\n', 'ignored: []\noverride:\n'])
      assert.deepEqual(at(text), [], text);
  });

  it('says what is wrong where it is wrong, and holds for the rest', () => {
    assert.deepEqual(at('ignore: [DL3008]\n'), [
      'ignore: ignore is no key of hadolint’s config file; did you mean ignored?',
    ]);
    assert.deepEqual(at('ignored: [dl3008]\n'), ['dl3008: dl3008 is no code of hadolint’s; did you mean DL3008?']);
    assert.deepEqual(at('ignored: DL3008\n'), ['DL3008: ignored is a list of codes.']);
    assert.deepEqual(at('ignored: [3008]\n'), ['3008: ignored is a list of codes, each a text.']);
    assert.deepEqual(at('override: { warn: [DL3008] }\n'), [
      'warn: warn is no severity of hadolint’s; it knows error, warning, info, style.',
    ]);
    assert.deepEqual(at('failure-threshold: eror\n'), [
      'eror: failure-threshold is one of error, warning, info, style, ignore, none; did you mean error?',
    ]);
    assert.deepEqual(at('no-fail: perhaps\n'), ['perhaps: no-fail is true or false.']);
    assert.deepEqual(at('label-schema: { author: txt }\n'), [
      'txt: the type of a label is one of text, rawtext, url, rfc3339, spdx, hash, semver, email; did you mean text?',
    ]);
    assert.deepEqual(at('- DL3008\n'), ['- DL3008\n: hadolint’s config file holds keys such as ignored and override.']);
    assert.deepEqual(settings('ignored: [nonsense, DL3025]\n').rules, { 'exec-form-cmd': { severity: 'off' } });
  });

  it('may know codes that are not known here yet', () => {
    const [problem] = read('ignored: [DL9999]\n').problems;
    assert.deepEqual(
      [problem?.severity, problem?.message],
      ['info', 'DL9999 is no code of hadolint’s that is known here.'],
    );
  });

  it('never throws, whatever it holds', () => {
    const texts = [
      'a: [',
      '\t\tx',
      'a: &b *b',
      '%%%',
      '{',
      '\u0000',
      'override: [a]',
      'ignored: {a: b}',
      'ignored: [[a]]',
    ];
    for (const text of texts) assert.ok(Array.isArray(read(text).problems), text);
  });
});
