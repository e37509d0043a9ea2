import { SEVERITIES, type Severity } from '@plimsoll/rules';
import { INTERNAL_ERROR, type Finding } from './findings.js';

/** What a run has found so far, in numbers. */
export class Tally {
  findings = 0;
  /** How many have a safe fix, and how many one that needs a look. */
  safe = 0;
  suggested = 0;
  /** From the gravest to the slightest. */
  readonly bySeverity = new Map<Severity, number>(SEVERITIES.map((severity) => [severity, 0]));
  readonly files = new Set<string>();
  internalErrors = 0;

  add({ at, severity, fix, rule }: Finding): void {
    this.findings += 1;
    this.files.add(at.document.shown);
    this.bySeverity.set(severity, (this.bySeverity.get(severity) ?? 0) + 1);
    if (fix?.safety === 'safe') this.safe += 1;
    if (fix?.safety === 'suggestion') this.suggested += 1;
    if (rule === INTERNAL_ERROR) this.internalErrors += 1;
  }
}
