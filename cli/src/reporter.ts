import type { Format } from './arguments.js';
import type { Finding } from './findings.js';
import { jsonFinding } from './formats/json.js';
import { count, summary, textReport, type TextStyle } from './formats/text.js';
import type { Output } from './streams.js';
import { Tally } from './tally.js';

/** Takes the findings of one file after the other, so that a large run shows something early and keeps little. */
export interface Reporter {
  readonly tally: Tally;
  add(findings: readonly Finding[]): void;
  /** Says what it came to: how many files were checked, and how many findings were fixed. */
  end(files: number, fixed: number): void;
}

/** The reporter for a format. */
export const reporterFor = (format: Format, output: Output, style: TextStyle): Reporter =>
  format === 'json' ? new JsonReporter(output) : new TextReporter(output, style);

class TextReporter implements Reporter {
  readonly tally = new Tally();

  constructor(
    private readonly output: Output,
    private readonly style: TextStyle,
  ) {}

  add(findings: readonly Finding[]): void {
    for (const finding of findings) this.tally.add(finding);
    if (findings.length > 0) this.output.write(textReport(findings, this.style));
  }

  end(files: number, fixed: number): void {
    const lines = [
      ...(fixed > 0 ? [this.style.colors.green(`Fixed ${count(fixed, 'finding')}`)] : []),
      summary(this.tally, files, this.style),
    ];
    this.output.write(`${lines.join('\n')}\n`);
  }
}

class JsonReporter implements Reporter {
  readonly tally = new Tally();
  private readonly findings: object[] = [];

  constructor(private readonly output: Output) {}

  add(findings: readonly Finding[]): void {
    for (const finding of findings) {
      this.tally.add(finding);
      this.findings.push(jsonFinding(finding));
    }
  }

  end(): void {
    this.output.write(`${JSON.stringify(this.findings, undefined, 2)}\n`);
  }
}
