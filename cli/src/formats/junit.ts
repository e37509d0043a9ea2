import type { Finding } from '../findings.js';
import { grouped } from '../grouped.js';
import { regionOf } from './regions.js';
import { tag } from './xml.js';

/** JUnit's XML as CI servers read it: a suite a file, and in it a failed test for every finding. */
export function junit(findings: readonly Finding[], files: readonly string[]): string {
  const byFile = grouped(findings, ({ at }) => at.document.shown);
  const names = [...new Set([...files, ...byFile.keys()])];
  const suites = names.map((name) => {
    const own = byFile.get(name) ?? [];
    const tests =
      own.length === 0
        ? [tag('testcase', { name: 'no findings', classname: name })]
        : own.map((one) => test(one, name));
    return tag('testsuite', { name, tests: tests.length, failures: own.length, errors: 0 }, tests);
  });
  const total = { tests: names.length + Math.max(0, findings.length - byFile.size), failures: findings.length };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${tag('testsuites', { name: 'plimsoll', ...total }, suites)}\n`;
}

function test({ at, message, rule, severity }: Finding, classname: string): string {
  const { startColumn, startLine } = regionOf(at);
  const place = `${classname}:${String(startLine)}:${String(startColumn)}`;
  return tag('testcase', { name: `${rule} ${String(startLine)}:${String(startColumn)}`, classname }, [
    tag('failure', { type: severity, message: `${message} (${place})` }),
  ]);
}
