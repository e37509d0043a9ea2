import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import picocolors from 'picocolors';
import type { ReportWanted } from './arguments.js';
import type { Finding } from './findings.js';
import { reporterFor, type Reporter, type Setting } from './reporter.js';
import type { Output } from './streams.js';
import { Tally } from './tally.js';

/** All the reports of one run. Those for files are written when it ends, so that none is left half done. */
export class Reports {
  readonly tally = new Tally();
  private readonly reporters: readonly Reporter[];
  private readonly files = new Map<string, string[]>();

  constructor(
    wanted: readonly ReportWanted[],
    output: Output,
    private readonly cwd: string,
    setting: Setting,
  ) {
    const plain = { ...setting, style: { colors: picocolors.createColors(false) } };
    this.reporters = wanted.map(({ file, format }) =>
      file === undefined ? reporterFor(format, output, setting) : reporterFor(format, this.fileAt(file), plain),
    );
  }

  add(findings: readonly Finding[], shown?: string): void {
    for (const finding of findings) this.tally.add(finding);
    for (const reporter of this.reporters) reporter.add(findings, shown);
  }

  /** Ends them and writes the files; gives what could not be written. */
  async end(files: number, fixed: number): Promise<readonly string[]> {
    for (const reporter of this.reporters) reporter.end(this.tally, files, fixed);
    const problems: string[] = [];
    for (const [file, parts] of this.files) {
      await writeFile(resolve(this.cwd, file), parts.join('')).catch((error: unknown) => {
        problems.push(
          `${file}: the report cannot be written: ${error instanceof Error ? error.message : String(error)}`,
        );
      });
    }
    return problems;
  }

  private fileAt(file: string): Output {
    const parts: string[] = [];
    this.files.set(file, parts);
    return { write: (text) => parts.push(typeof text === 'string' ? text : Buffer.from(text).toString()) };
  }
}
