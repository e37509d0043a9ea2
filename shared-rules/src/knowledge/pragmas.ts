import { encloses, type Comment, type Dockerfile } from '../model/index.js';

/** A comment that speaks to a tool, by the tool's name or by `check=` and `syntax=`. */
const TO_TOOL =
  /^(?:plimsoll|hadolint|tally|dockerfile-utils:|shellcheck|trivy:|checkov:|kics-scan|nosemgrep|NOSONAR)\b|^(?:check|syntax|escape)[ \t]*=/;

/** Whether a comment speaks to a tool instead of to people. */
export const isToTool = ({ text }: Comment): boolean => TO_TOOL.test(text);

/**
 * Whether hadolint reads the comment as one that silences rules for the instruction below it. A single wrong code, and it
 * reads nothing. Source: hadolint, README, "Inline ignores", and its parser of pragmas.
 */
export const isHadolintIgnore = ({ text }: Comment): boolean =>
  /^hadolint[ \t]+ignore[ \t]*=[ \t]*[DLSC0-9]+(?:[ \t]*,[ \t]*[DLSC0-9]+)*[ \t]*(?:#.*)?$/.test(text);

/** Whether a comment silences rules of ours for the instruction below it. */
export const isOurIgnore = ({ text }: Comment): boolean => /^plimsoll[ \t]+ignore[ \t]*=/.test(text);

/** Whether a comment stands between the lines of an instruction. */
export function isWithinInstruction(file: Dockerfile, comment: Comment): boolean {
  const part = file.partAfter(comment);
  return part !== undefined && encloses(part, comment);
}
