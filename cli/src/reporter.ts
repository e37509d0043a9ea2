import type { Rule } from '@plimsoll/rules';
import type { Finding } from './findings.js';
import { Fingerprints } from './fingerprints.js';
import { checkstyle } from './formats/checkstyle.js';
import { codeClimate, gitlab } from './formats/code-climate.js';
import { jsonFinding } from './formats/json.js';
import { junit } from './formats/junit.js';
import { concise, github, gnu, jsonLine } from './formats/lines.js';
import { rdjson } from './formats/reviewdog.js';
import { sarif } from './formats/sarif.js';
import { sonarqube } from './formats/sonarqube.js';
import { summaryPage } from './formats/summary-page.js';
import { count, summary, textReport, type TextStyle } from './formats/text.js';
import type { Output } from './streams.js';
import type { Tally } from './tally.js';
import { version } from './version.js';

/** Takes the findings of one file after the other, so that a large run shows something early and keeps little. */
export interface Reporter {
  /** The findings of one file, or of config files; `shown` is the file's name. */
  add(findings: readonly Finding[], shown?: string): void;
  /** Says what it came to: how many files were checked, and how many findings were fixed. */
  end(tally: Tally, files: number, fixed: number): void;
}

/** What a format needs besides the findings. */
export interface Setting {
  readonly style: TextStyle;
  readonly rules: ReadonlyMap<string, Rule>;
}

/** The formats by name, each with what makes its reporter. */
const FORMATS_BY_NAME = {
  text: (output, { style }) => new TextReporter(output, style),
  concise: (output, { style }) => new LineReporter(output, concise, style),
  json: (output) => whole(output, (findings) => `${JSON.stringify(findings.map(jsonFinding), undefined, 2)}\n`),
  jsonl: (output) => new LineReporter(output, jsonLine),
  sarif: (output, { rules }) =>
    whole(output, (findings) => sarif(findings, rules, new Fingerprints(findings), version())),
  github: (output) => new LineReporter(output, github),
  gitlab: (output) => whole(output, (findings) => gitlab(findings, new Fingerprints(findings))),
  checkstyle: (output) => whole(output, checkstyle),
  junit: (output) => whole(output, junit),
  rdjson: (output) => whole(output, rdjson),
  markdown: (output) => whole(output, (findings, files) => summaryPage(findings, files.length)),
  gnu: (output) => new LineReporter(output, gnu),
  codeclimate: (output) => whole(output, (findings) => codeClimate(findings, new Fingerprints(findings))),
  sonarqube: (output, { rules }) => whole(output, (findings) => sonarqube(findings, rules)),
} satisfies Readonly<Record<string, (output: Output, setting: Setting) => Reporter>>;

export type ReportFormat = keyof typeof FORMATS_BY_NAME;
export const REPORT_FORMATS = Object.keys(FORMATS_BY_NAME) as readonly ReportFormat[];

/** The reporter for a format. */
export const reporterFor = (format: ReportFormat, output: Output, setting: Setting): Reporter =>
  FORMATS_BY_NAME[format](output, setting);

class TextReporter implements Reporter {
  constructor(
    private readonly output: Output,
    private readonly style: TextStyle,
  ) {}

  add(findings: readonly Finding[]): void {
    if (findings.length > 0) this.output.write(textReport(findings, this.style));
  }

  end(tally: Tally, files: number, fixed: number): void {
    if (files === 0 && tally.findings === 0) return;
    const lines = [
      ...(fixed > 0 ? [this.style.colors.green(`Fixed ${count(fixed, 'finding')}`)] : []),
      summary(tally, files, this.style),
    ];
    this.output.write(`${lines.join('\n')}\n`);
  }
}

/** One line a finding; with a style, a summary at the end. */
class LineReporter implements Reporter {
  constructor(
    private readonly output: Output,
    private readonly lineOf: (finding: Finding) => string,
    private readonly style?: TextStyle,
  ) {}

  add(findings: readonly Finding[]): void {
    for (const finding of findings) this.output.write(`${this.lineOf(finding)}\n`);
  }

  end(tally: Tally, files: number): void {
    if (this.style && (files > 0 || tally.findings > 0)) this.output.write(`${summary(tally, files, this.style)}\n`);
  }
}

/** Keeps everything until the end, for formats that are one document. */
function whole(output: Output, write: (findings: readonly Finding[], files: readonly string[]) => string): Reporter {
  const findings: Finding[] = [];
  const files: string[] = [];
  return {
    add(own, shown) {
      findings.push(...own);
      if (shown !== undefined) files.push(shown);
    },
    end() {
      output.write(write(findings, files));
    },
  };
}
