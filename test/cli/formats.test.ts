import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { chmod, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { Ajv } from 'ajv';
import { XMLParser } from 'fast-xml-parser';
import { SyntaxValidator } from 'fast-xml-validator';
import type { Log } from 'sarif';

import { Folders, plimsoll } from './support.js';

const require = createRequire(import.meta.url);

const TEXT = '\uFEFFFROM a # \u{1F40B}\r\n# todo\r\n# why\r\n# choose\r\n# maybe\r\nENV A="<&>%"\r\n';
const FILES = {
  Dockerfile: TEXT,
  'b & c/Dockerfile': '# todo\n# todo\n',
  clean: '',
  'clean.Dockerfile': 'FROM scratch\n',
  '.dockerignore': '# nothing\n',
};

describe('The formats of plimsoll check', () => {
  const folders = new Folders();
  let cwd = '';
  before(async () => {
    cwd = await folders.with(FILES);
  });
  after(() => folders.remove());

  async function report(format: string): Promise<string> {
    const { code, stdout, stderr } = await plimsoll(['check', '--profile', 'all', '--format', format], { cwd });
    assert.deepEqual([code, stderr], [1, ''], format);
    return stdout;
  }

  it('sarif keeps to the official schema, with rules, places, fingerprints and fixes', async () => {
    const log = JSON.parse(await report('sarif')) as Log;
    const file = require.resolve('schemastore/schemas/json/sarif-2.1.0.json');
    const ajv = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false });
    const validate = ajv.compile(JSON.parse(readFileSync(file, 'utf8')) as object);
    assert.ok(validate(log), JSON.stringify(validate.errors, undefined, 2));
    const [run] = log.runs;
    assert.ok(run);
    assert.equal(run.columnKind, 'utf16CodeUnits');
    const results = run.results ?? [];
    assert.equal(results.length, 6);
    for (const { fixes = [], locations, partialFingerprints, ruleIndex = -1, ruleId } of results) {
      const region = locations?.[0]?.physicalLocation?.region;
      assert.ok(region?.startLine && region.startColumn && region.endLine && region.endColumn);
      assert.match(partialFingerprints?.['plimsoll/v1'] ?? '', /^[0-9a-f]{40}$/);
      assert.equal(run.tool.driver.rules?.[ruleIndex]?.id, ruleId);
      assert.equal(fixes.length, { 'choose-comment': 2, 'why-comment': 0 }[ruleId ?? ''] ?? 1);
    }
    const prints = results.map(({ partialFingerprints }) => partialFingerprints?.['plimsoll/v1']);
    assert.equal(new Set(prints).size, results.length);
    const uris = results.map(({ locations }) => locations?.[0]?.physicalLocation?.artifactLocation?.uri);
    assert.ok(uris.includes('b%20%26%20c/Dockerfile'));
    const why = results.find(({ ruleId }) => ruleId === 'why-comment');
    assert.equal(why?.relatedLocations?.length, 2);
    assert.equal(why.level, 'error');
  });

  it('junit and checkstyle are XML that says what was found', async () => {
    const parser = new XMLParser({
      ignoreAttributes: false,
      isArray: (name) => /^(file|error|testsuite|testcase)$/.test(name),
    });
    const junit = await report('junit');
    assert.equal(SyntaxValidator.validate(junit), true);
    interface Suite {
      readonly '@_name': string;
      readonly '@_failures': string;
    }
    const suites = (parser.parse(junit) as { testsuites: { testsuite: Suite[] } }).testsuites.testsuite;
    assert.deepEqual(
      suites.map((suite) => [suite['@_name'], suite['@_failures']]),
      [
        ['.dockerignore', '0'],
        ['Dockerfile', '4'],
        ['b & c/Dockerfile', '2'],
        ['clean.Dockerfile', '0'],
      ],
    );
    const checkstyle = await report('checkstyle');
    assert.equal(SyntaxValidator.validate(checkstyle), true);
    interface Row {
      readonly '@_name': string;
      readonly error: { readonly '@_line': string; readonly '@_source': string; readonly '@_severity': string }[];
    }
    const [first] = (parser.parse(checkstyle) as { checkstyle: { file: Row[] } }).checkstyle.file;
    assert.equal(first?.['@_name'], 'Dockerfile');
    assert.deepEqual(
      first.error.map((row) => [row['@_line'], row['@_severity'], row['@_source']]),
      [
        ['2', 'warning', 'plimsoll.todo-comment'],
        ['3', 'error', 'plimsoll.why-comment'],
        ['4', 'info', 'plimsoll.choose-comment'],
        ['5', 'info', 'plimsoll.maybe-comment'],
      ],
    );
  });

  it('github speaks in workflow commands', async () => {
    const lines = (await report('github')).trimEnd().split('\n');
    assert.equal(lines.length, 6);
    assert.equal(
      lines[0],
      '::warning file=Dockerfile,line=2,endLine=2,col=1,endColumn=7,title=todo-comment::There is something to do.',
    );
    assert.ok(lines[1]?.startsWith('::error '));
    assert.ok(lines[2]?.startsWith('::notice '));
  });

  it('gitlab and codeclimate are issues with fingerprints', async () => {
    const issues = JSON.parse(await report('gitlab')) as {
      check_name: string;
      fingerprint: string;
      severity: string;
      location: { path: string; lines: { begin: number } };
    }[];
    assert.deepEqual(
      issues.map(({ check_name, location, severity }) => [check_name, location.path, location.lines.begin, severity]),
      [
        ['todo-comment', 'Dockerfile', 2, 'major'],
        ['why-comment', 'Dockerfile', 3, 'critical'],
        ['choose-comment', 'Dockerfile', 4, 'info'],
        ['maybe-comment', 'Dockerfile', 5, 'minor'],
        ['todo-comment', 'b & c/Dockerfile', 1, 'major'],
        ['todo-comment', 'b & c/Dockerfile', 2, 'major'],
      ],
    );
    const stream = (await report('codeclimate')).split('\0\n').filter((part) => part !== '');
    assert.deepEqual(
      stream.map((part) => (JSON.parse(part) as { fingerprint: string }).fingerprint),
      issues.map(({ fingerprint }) => fingerprint),
    );
  });

  it('rdjson counts bytes, sonarqube columns from 0', async () => {
    const { diagnostics } = JSON.parse(await report('rdjson')) as {
      diagnostics: { location: { range: object }; suggestions?: object[]; severity: string }[];
    };
    assert.deepEqual(diagnostics[0]?.location.range, {
      start: { line: 2, column: 1 },
      end: { line: 2, column: 7 },
    });
    assert.equal(diagnostics[0].suggestions?.length, 1);
    const { issues, rules } = JSON.parse(await report('sonarqube')) as {
      issues: { ruleId: string; primaryLocation: { textRange: object } }[];
      rules: { id: string; impacts: object[] }[];
    };
    assert.deepEqual(issues[0]?.primaryLocation.textRange, { startLine: 2, startColumn: 0, endLine: 2, endColumn: 6 });
    assert.deepEqual(
      rules.map(({ id }) => id),
      [...new Set(issues.map(({ ruleId }) => ruleId))].sort(),
    );
  });

  it('jsonl, concise, gnu and markdown are as they look', async () => {
    const lines = (await report('jsonl')).trimEnd().split('\n');
    assert.deepEqual(
      lines.map((line) => (JSON.parse(line) as { line: number }).line),
      [2, 3, 4, 5, 1, 2],
    );
    assert.match(await report('concise'), /^Dockerfile:2:1 warning todo-comment There is something to do\.$/m);
    assert.match(await report('concise'), /6 findings .* in 2 files.*\n$/);
    assert.match(await report('gnu'), /^Dockerfile:2:1: warning: There is something to do\. \[todo-comment\]$/m);
    const page = await report('markdown');
    assert.match(page, /^1 error, 3 warning, 1 info, 1 hint in 4 files\.$/m);
    assert.match(
      page,
      /^\| `Dockerfile:2:1` \| warning \| \[todo-comment\]\(.*\) \| There is something to do\. \| safe \|$/m,
    );
  });

  it('go into files beside what is shown', async () => {
    const own = await folders.with(FILES);
    const { code, stdout, stderr } = await plimsoll(
      ['check', '-o', 'sarif:out.sarif', '--output=junit:a:b.xml', '--format', 'concise'],
      { cwd: own },
    );
    assert.deepEqual([code, stderr], [1, '']);
    assert.match(stdout, /^Dockerfile:2:1 /);
    assert.ok(JSON.parse(await readFile(join(own, 'out.sarif'), 'utf8')));
    assert.match(await readFile(join(own, 'a:b.xml'), 'utf8'), /^<\?xml/);
  });

  it('say which file cannot be written, and fail', async () => {
    const own = await folders.with({ ...FILES, 'locked/a': '' });
    await chmod(join(own, 'locked'), 0o500);
    const { code, stderr } = await plimsoll(['check', '-o', 'sarif:nowhere/out.sarif'], { cwd: own });
    assert.equal(code, 2);
    assert.match(stderr, /^plimsoll: nowhere\/out\.sarif: the report cannot be written: /);
  });

  it('are empty documents where nothing is found', async () => {
    const own = await folders.with({ Dockerfile: 'FROM scratch\n' });
    for (const [format, pattern] of [
      ['json', /^\[\]$/m],
      ['jsonl', /^$/],
      ['sarif', /"results": \[\]/],
      ['github', /^$/],
      ['gitlab', /^\[\]$/m],
      ['checkstyle', /<checkstyle version="4\.3"\/>/],
      ['junit', /failures="0"/],
      ['rdjson', /"diagnostics": \[\]/],
      ['markdown', /No findings in 1 file\./],
      ['sonarqube', /"issues": \[\]/],
    ] as const) {
      const { code, stdout } = await plimsoll(['check', '--format', format], { cwd: own });
      assert.equal(code, 0);
      assert.match(stdout, pattern, format);
    }
  });
});
