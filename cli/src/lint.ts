import { askedOfBuildKit, isKnownByText, kindOf, type KnownFiles, type Source } from '@plimsoll/rules';
import { resolve } from 'node:path';
import { documentOf } from './document.js';
import type { Target } from './files.js';
import { findingsOf, type Finding } from './findings.js';
import { pathFrom } from './roots.js';
import type { Run } from './run.js';

/** The text as the engine takes it. A file that was named on purpose counts as a Dockerfile if its name says nothing, as a manifest if it is YAML. */
export const sourceOf = ({ path }: Target, text: string): Source => ({
  kind: kindOf(path, text) ?? (isKnownByText(path) ? 'kubernetes' : 'dockerfile'),
  path,
  text,
});

/** The findings of a text as it stands. */
export async function lintText(run: Run, target: Target, text: string): Promise<readonly Finding[]> {
  const settings = await run.configs.settingsFor(target);
  const known: KnownFiles = new Map();
  const read = run.drafts.reader(target.root);
  const analysis = await run.linter.analyse(sourceOf(target, text), settings, read, known);
  const shown = (path: string): string => pathFrom(run.streams.cwd, resolve(target.root, path));
  const findings = findingsOf({
    document: documentOf(target.shown, text),
    analysis,
    settings,
    linter: run.linter,
    shown,
    open(path, fallback) {
      const found = known.get(path) ?? fallback;
      return found === undefined ? undefined : documentOf(shown(path), found);
    },
  });
  run.weigh(findings, settings, askedOfBuildKit(analysis.file).fails);
  return findings;
}
