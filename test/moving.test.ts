import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { askedOfBuildKit, LineIndex, readHadolintConfig, rules, type Diagnostic, type Linter } from '@plimsoll/rules';
import { loadLinter } from './linter.js';

describe('A Dockerfile with the comments and the config file of other tools', () => {
  const text = readFileSync(join(import.meta.dirname, 'moving/Dockerfile'), 'utf8');
  const config = readHadolintConfig(readFileSync(join(import.meta.dirname, 'moving/.hadolint.yaml'), 'utf8'), rules);
  const settings = config.settingsFor('Dockerfile', '2026-01-01');
  const lines = new LineIndex(text);
  let linter: Linter;
  before(async () => {
    linter = await loadLinter();
  });

  /** By line of the Dockerfile and rule, each with its severity and the codes of the tools that the comments are for. */
  const shown = ({ at, rule, severity, peers }: Diagnostic): string => {
    const codes = peers.filter((code) => /^(?:hadolint|buildkit|dockerfile-utils)\//.test(code));
    return [lines.positionAt(at.span.start).line + 1, rule, severity, ...codes].join(' ');
  };
  const lint = () => linter.lint({ kind: 'dockerfile', path: 'Dockerfile', text }, settings);

  const SILENCED: readonly (readonly [finding: string, why: string])[] = [
    [
      '4 maintainer-deprecated warning hadolint/DL4000 buildkit/MaintainerDeprecated dockerfile-utils/DEPRECATED_MAINTAINER',
      'the directive at the top skips it in the whole file',
    ],
    ['6 apt-clean-lists info hadolint/DL3009', 'the comment above, whose reason counts for nothing'],
    ['10 apt-get-not-apt warning', 'the comment above, though hadolint sees no apt behind sudo'],
    ['18 exec-form-cmd info hadolint/DL3025 buildkit/JSONArgsRecommended', 'BuildKit’s comment above'],
    [
      '19 workdir-absolute warning hadolint/DL3000 buildkit/WorkdirRelativePath dockerfile-utils/WORKDIR_IS_NOT_ABSOLUTE',
      'the directive at the top',
    ],
    ['26 no-root-user warning hadolint/DL3002', 'the comment for the stage'],
  ];

  const REPORTED: readonly (readonly [finding: string, why: string])[] = [
    ['3 image-tag-required warning hadolint/DL3006', 'nothing silences it'],
    ['6 apt-no-recommends error hadolint/DL3015', 'the config file makes it an error'],
    ['10 no-sudo error hadolint/DL3004', 'behind the first word that is no code, all is reason'],
    ['10 apt-no-recommends error', 'the config file makes it an error, though hadolint sees no apt'],
    ['11 apt-get-not-apt warning hadolint/DL3027', 'a comment behind an instruction is none of the builder’s'],
    ['11 update-alone warning', 'no code of hadolint’s; the comment above another RUN does not reach here'],
    ['11 misplaced-ignore warning', 'and that is said'],
    ['12 mistyped-ignore warning', 'without its = the comment is none'],
    ['13 apt-get-not-apt warning hadolint/DL3027', 'so it silences nothing'],
    ['16 node-env-production hint', 'no code of hadolint’s'],
    ['22 unknown-ignore info', 'letters for digits'],
    ['24 unknown-ignore info', 'a letter is missing'],
    ['27 misplaced-ignore warning', 'no instruction follows'],
  ];

  it('keeps quiet about what they silence', () => {
    const expected = SILENCED.map(([finding]) => finding);
    assert.deepEqual(
      lint()
        .suppressed.map(shown)
        .filter((finding) => ABOUT.test(finding))
        .sort(),
      [...expected].sort(),
    );
  });

  it('reports the rest, and the comments that do not work', () => {
    assert.deepEqual(
      lint()
        .diagnostics.map(shown)
        .filter((finding) => ABOUT.test(finding)),
      REPORTED.map(([finding]) => finding),
    );
  });

  it('offers to mend those comments', () => {
    const titles = lint()
      .diagnostics.filter(({ rule }) => rule.endsWith('-ignore'))
      .flatMap(({ fix, choices = [] }) => [fix?.title, ...choices.map(({ title }) => title)]);
    assert.deepEqual(titles, [
      'Move it above the instruction',
      'Write hadolint ignore=DL3027',
      'Write DL4006',
      'Remove DL4OO6',
      'Write JSONArgsRecommended',
      'Remove JSONArgRecommended',
      'Remove the comment',
    ]);
  });

  it('fails as the config file and the directive say, and leaves out what the file ignores', () => {
    assert.equal(settings.failOn, 'warning');
    assert.equal(askedOfBuildKit(lint().file).fails, true);
    assert.equal(settings.rules['apt-pin-versions']?.severity, 'off');
  });

  /** The rules that this is about; others may find more as they come. */
  const ABOUT =
    /^\d+ (?:image-tag-required|apt-no-recommends|no-sudo|apt-get-not-apt|apt-clean-lists|update-alone|node-env-production|\w+-ignore|apt-pin-versions|exec-form-cmd|consolidate-runs|maintainer-deprecated|workdir-absolute|no-root-user) /;
});
