import type { Grammar, Linter } from './engine/api.js';
import { createLinter as createLinterOver } from './engine/linter.js';
import { rules } from './rules/index.js';
import type { Rule } from './rule.js';

export { rules } from './rules/index.js';

/** A linter over all rules, or over those handed in. Hosts read the grammar; an Error says why they could not. */
export const createLinter = (setup: {
  readonly grammar: Grammar | Error;
  readonly rules?: readonly Rule[];
}): Promise<Linter> => createLinterOver({ rules, ...setup });

export type * from './engine/api.js';
export type * from './model/index.js';
export type { Example, Finding, Message, Option, Options, Peer, Profile, Rule, Severity } from './rule.js';
export type { Change, Edit, FileEdits, Fix, TextEdit } from './edit.js';
export type { Built, Use, Workspace } from './workspace.js';
export { textOf } from './rule.js';
export { apply, Composition } from './edit.js';
export { CONFIG_NAMES, readConfig, readEditorSettings } from './engine/config.js';
export {
  addressOf,
  configSchema,
  fixability,
  hoverOf,
  pageOf,
  practicesPage,
  rowOf,
  rulesSchema,
} from './engine/derive.js';
export { HADOLINT_CONFIG_NAMES, readHadolintConfig, type HadolintConfig } from './engine/hadolint-config.js';
export { dedent, unmarked } from './engine/example.js';
export { FILE_PATTERNS, isKnownByText, kindOf, LOOKED_AT } from './engine/kinds.js';
export { isShellCheckCode, peerCodes, RuleNames } from './engine/names.js';
export { differencesPage, peerCodesWithRules, peersPage, type PeerCode } from './engine/peer-pages.js';
export { defaultFor, defaultSettings, PROFILES, SEVERITIES } from './engine/settings.js';
export { keyOf } from './engine/shellcheck.js';
export { askedOfBuildKit, ignoreHere, ignoreInFile } from './engine/suppressions.js';
export { INSTRUCTIONS } from './knowledge/instructions.js';
export { didYouMean, nearestNames } from './knowledge/nearest.js';
export { PEER_CODES, RETIRED_CODES, SYNTAX_CODES, type WholePeer } from './knowledge/peer-codes.js';
export { PRACTICES, type Practice } from './knowledge/practices.js';
export { LineIndex, type Position } from './positions.js';
export { startOfContainer, type ContainerStart, type FirstProcess } from './views/container-start.js';
export { imageOf, type FinalImage } from './views/final-image.js';
export { rebuildsAfter, type Rebuilds } from './views/rebuilds.js';
export { stageNameAt, type StageName } from './views/stage-names.js';
export { suggestionsAt, type Suggestion, type Suggestions } from './views/suggestions.js';
export { variableAt, type NamedVariable } from './views/variables.js';
export { printTrace, traceOf, type Trace } from './views/trace.js';
