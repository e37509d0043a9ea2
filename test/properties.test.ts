import assert from 'node:assert/strict';
import {
  apply,
  defaultSettings,
  printTrace,
  textOf,
  traceOf,
  type Analysis,
  type AnyFile,
  type Change,
  type Diagnostic,
  type Fix,
  type Linter,
  type Settings,
  type Source,
} from '@plimsoll/rules';
import fc, { type Arbitrary } from 'fast-check';
import { loadLinter } from './linter.js';

/** The same files every time; `PROPERTY_RUNS` and `PROPERTY_SEED` search further. */
const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 300);
const SEED = Number(process.env['PROPERTY_SEED'] ?? 1876);

const recommended = defaultSettings('2026-01-01');
const everything: Settings = { ...recommended, profile: 'all' };
const settings = fc.constantFrom(recommended, everything);

const nothing = (): Promise<undefined> => Promise.resolve(undefined);
const dockerfile = (text: string): Source & { readonly kind: 'dockerfile' } => ({
  kind: 'dockerfile',
  path: 'Dockerfile',
  text,
});

const word = fc.constantFrom('app', 'a.b', '$HOME', '${V:-x y}', '"two words"', "'$5'", 'a\\ b', '/opt', 'é', '"$V"');
const name = fc.constantFrom('A', 'V', 'PATH', 'DEBIAN_FRONTEND', 'TOKEN');
const words = (most: number): Arbitrary<string> =>
  fc.array(word, { minLength: 1, maxLength: most }).map((all) => all.join(' '));

const packages = fc.constantFrom('curl', 'curl git', 'curl=7.* git', '"curl" $V', 'ca-certificates  curl', '');
const packageCommand = fc
  .tuple(
    fc.constantFrom('', '', '', 'sudo ', 'sudo -E ', 'DEBIAN_FRONTEND=noninteractive ', 'exec ', 'time ', '! '),
    fc.constantFrom(
      'apt-get update',
      'apt-get install',
      'apt-get install -y',
      'apt-get -qq install -y --no-install-recommends',
      'apt-get upgrade',
      'apt-get full-upgrade',
      'apt-get clean',
      'apt update',
      'apt install -y',
      'apt -y install',
      '/usr/bin/apt upgrade',
      'apk add',
      'apk add --no-cache',
      'apk add -t .deps',
      'apk update',
      'apk --update add',
      'pip install',
      'pip3 install --no-cache-dir',
      'python -m pip install -r',
      'rm -rf /var/lib/apt/lists/*',
      'rm -rf /var/cache/apk/*',
      'yum install',
      'dnf install -y',
      'gunicorn app:app --bind',
      'apt-get -qqy install',
      'apt-get -o Acquire::Retries=3 install -t sid',
      '"apt-get" install',
      "'apt' install",
      'env V=1 apt-get install',
      'eatmydata apt-get install -yq',
      'xargs apt-get install <',
      'a\\pt install',
      'apt-get install \\\n    -y \\\n    git \\\n   ',
      'apt install \\\n # a comment\n    git',
      'sudo \\\n apt-get update',
      'apt-get \\\n',
      'pip install \\\n    --no-cache-dir \\\n   ',
      'microdnf install',
      'zypper install',
    ),
    packages,
  )
  .map(([before, command, rest]) => `${before}${command} ${rest}`.trimEnd());

const otherCommand = fc.oneof(
  words(3).map((all) => `echo ${all}`),
  fc.constantFrom(
    'cd /app',
    'set -e',
    'set -eux',
    'set -o pipefail',
    'export V=1',
    'V=2',
    'make',
    'true',
    'exit 0',
    'umask 022',
    'shopt -s nullglob',
    'curl -fsSL https://example.com/x.sh | sh',
    'curl -o /tmp/x https://example.com/x.tgz',
    'useradd -m app',
    'if true; then apt-get update; fi',
    'for f in a b; do sudo echo $f; done',
    '(cd /x && make)',
    '{ apt-get update; }',
    'sh -c "apt-get install curl"',
    "bash -c 'apt install -y git && sudo make'",
    'su app -c "apt-get install curl"',
    'echo $(apt-get install curl)',
    'sleep 1 &',
    'sudo -u app make',
    'sudo sh -c "echo a"',
    'sudo',
    'apt',
    '( apt-get update )',
    'f() { apt-get update; }; f',
    'case $V in a) apt update;; esac',
    'while true; do apt-get install curl; done',
    'if ! apt-get update; then exit 1; fi',
    '[ -e /x ]',
    '[[ $V == a ]]',
    'apt-get update > /dev/null 2>&1',
    'sudo tee /x < /y',
    'eval "sudo apt install curl"',
    'echo "$(sudo cat /x)"',
    'echo `apt update`',
    'sudo su - app',
    'sudo -H -u app -- make',
    'sudo V=1 make',
    'gosu app make',
    '$V install',
    '"',
    "'",
    '#',
    ')',
  ),
);
const command = fc.oneof({ arbitrary: packageCommand, weight: 2 }, otherCommand);

/** Commands chained as people lay them out; `\` stands for the escape character throughout. */
const chain: Arbitrary<string> = fc
  .array(
    fc.tuple(
      command,
      fc.constantFrom('&&', '&&', '&&', '&&', ';', '||', '|'),
      fc.constantFrom(
        (operator: string) => ` \\\n    ${operator} `,
        (operator: string) => ` ${operator} \\\n    `,
        (operator: string) => ` ${operator} `,
        (operator: string) => ` ${operator}\\\n# a comment\n\t`,
        (operator: string) => ` \\\n  # a comment\n\n  ${operator} `,
        (operator: string) => operator,
      ),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .chain((links) =>
    fc
      .constantFrom('', '', '', ' # why', ';', ' &', ' \\\n', '  ', ' && \\\n  # a comment\n  true')
      .map((end) => links.map(([one, operator, joint], at) => (at === 0 ? one : joint(operator) + one)).join('') + end),
  );

const exec = fc
  .array(
    fc.constantFrom('sh', '-c', 'apt-get', 'apt', 'install', 'curl', 'sudo', 'gunicorn', 'app:app', 'a "b"', '$V', ''),
    { maxLength: 4 },
  )
  .map((all) => `[${all.map((text) => JSON.stringify(text)).join(', ')}]`);

const lines = fc.array(command, { minLength: 1, maxLength: 4 }).map((all) => all.join('\n'));
const heredoc = fc
  .tuple(
    fc.constantFrom(
      '<<EOF',
      '<<-EOF',
      "<<'EOF'",
      '<<"EOF"',
      '<<EOF bash -e',
      'bash <<EOF',
      'cat <<EOF > /x',
      '<<EOF && make',
    ),
    lines,
    fc.constantFrom('', '#!/bin/bash\n', 'set -e\n', '\n', '  '),
  )
  .map(([opener, body, head]) => `${opener}\n${head}${body}\nEOF`);

const runFlags = fc.constantFrom(
  '',
  '',
  '',
  '--mount=type=cache,target=/var/lib/apt ',
  '--mount=type=cache,target=/var/cache/apt,sharing=locked \\\n  --mount=type=cache,target=/var/lib/apt/lists ',
  '--mount=type=cache,target=/root/.cache/pip ',
  '--mount=type=secret,id=x --network=none ',
  '\\\n  ',
);
const run = fc
  .tuple(runFlags, fc.oneof({ arbitrary: chain, weight: 5 }, exec, heredoc))
  .map(([flags, body]) => `RUN ${flags}${body}`);

const odd = fc
  .array(
    fc.constantFrom('Jane', ' ', '<j@x.org>', '"', "'", '$', '${', '}', '\\', '\\\n', '#', '=', '🐳', '`', '\t', ','),
    {
      maxLength: 8,
    },
  )
  .map((all) => all.join(''));

const pair = fc
  .tuple(
    name,
    fc.oneof(
      word,
      odd.map((text) => text.replace(/[\s"'\\]/g, '')),
    ),
  )
  .map((both) => both.join('='));
const settingOf = fc
  .tuple(
    fc.constantFrom('ENV', 'LABEL', 'ENV', 'ARG'),
    fc.oneof(
      fc.tuple(name, words(3)).map((both) => both.join(' ')),
      fc.tuple(name, odd).map((both) => both.join(' ')),
      fc.tuple(name, words(2), words(2)).map(([key, first, second]) => `${key} ${first} \\\n    ${second}`),
      fc.array(pair, { minLength: 1, maxLength: 3 }).map((all) => all.join(' \\\n  ')),
      name,
    ),
  )
  .map((both) => both.join(' '));

const copied = fc
  .tuple(
    fc.constantFrom('ADD', 'COPY', 'ADD'),
    fc.constantFrom(
      '',
      '',
      '--chown=app:app ',
      '--chmod=755 ',
      '--link ',
      '--from=build ',
      '--from=0 ',
      '--checksum=sha256:0 ',
    ),
    fc.oneof(
      fc.constantFrom(
        'a.txt /app/',
        'a.tar.gz /',
        'a.txt b.tgz /x/',
        'https://example.com/a.zip /a.zip',
        'git@github.com:a/b.git /src',
        '. .',
        '$V /app',
        '*.jar \\\n  # a comment\n  /app/',
        '["a b", "/app/"]',
        '["a.tar", "/"]',
        '"a b" /x',
        '<<EOF /etc/motd\nhello $V\nEOF',
        "<<'EOF' /etc/motd\nhello\nEOF",
        '<<A <<B /x/\na\nA\nb\nB',
        'only',
        '',
      ),
    ),
  )
  .map(([keyword, flags, rest]) => `${keyword} ${flags}${rest}`);

const start = fc
  .tuple(
    fc.constantFrom('CMD', 'ENTRYPOINT', 'HEALTHCHECK CMD', 'HEALTHCHECK --interval=5s CMD'),
    fc.oneof(
      exec,
      fc.constantFrom(
        'npm start',
        'npm start && echo',
        '"node" a.js',
        'node a.js ~ *.js',
        'node ${V:-a} $V',
        '[ "node" , "a.js" ]',
        '[ "gunicorn", \\\n  "app:app" ]',
        '["sh", "-c", "node $V"]',
        '["gunicorn", "--bind", ":80", "app:app"]',
        '["sudo", "node"]',
        'env V=1 node a.js',
        'node a.js &',
        '<<EOF\nnode\nEOF',
        'exec gunicorn app:app',
        'gunicorn -w 2 app:app',
        'gunicorn app:app \\\n  --bind :80',
        'nginx -g "daemon off;"',
        './run.sh "$V" $V',
        'cd /app && exec java -jar a.jar',
        'sudo nginx',
        "sh -c 'node a.js'",
        'python "a b.py" \'$5\'',
        'FOO=1 node a.js',
        'node a.js > /log',
        "echo 'a\\b'",
        'node a.js # why',
        'node \\\n  # why\n  a.js',
        '["node", "a.js" ',
        "['node']",
        '',
      ),
    ),
  )
  .map((both) => both.join(' '));

const other = fc.constantFrom(
  'USER root',
  'USER app',
  'USER 1000:1000',
  'USER $V',
  'WORKDIR /app',
  'WORKDIR app',
  'WORKDIR ./x/',
  'WORKDIR "a b"',
  'WORKDIR $V',
  'SHELL ["/bin/bash", "-o", "pipefail", "-c"]',
  'SHELL ["powershell", "-Command"]',
  'EXPOSE 80 443/udp',
  'VOLUME ["/data"]',
  'STOPSIGNAL SIGTERM',
  'HEALTHCHECK NONE',
  'NOPE x',
  'WORKDIR app\\x',
  "WORKDIR 'a b'",
  'WORKDIR ../x',
  'WORKDIR a b',
  'WORKDIR ~/a',
  'WORKDIR \\\n  app',
  'USER "root"',
  'USER 0:0 \\\n',
  'SHELL ["bash", "-c"]',
  'SHELL ["python3", "-c"]',
  '# a comment',
  '# a comment \\',
  '  # plimsoll ignore=no-sudo',
  '# hadolint ignore=DL3004,DL3008',
  '',
  '',
);

const plain = fc.oneof(
  { arbitrary: run, weight: 6 },
  { arbitrary: settingOf, weight: 2 },
  { arbitrary: odd.map((text) => `MAINTAINER ${text}`), weight: 1 },
  { arbitrary: copied, weight: 2 },
  { arbitrary: start, weight: 2 },
  { arbitrary: other, weight: 3 },
);
const instruction = fc
  .tuple(plain, fc.constantFrom('', '', '', '', '', '', '', '', 'ONBUILD ', '  ', 'lower'))
  .map(([text, before]) =>
    before === 'lower' ? text.replace(/^[A-Z]+/, (keyword) => keyword.toLowerCase()) : before + text,
  );

const from = fc
  .tuple(
    fc.constantFrom('', '', '--platform=$BUILDPLATFORM ', '--platform=linux/amd64 '),
    fc.constantFrom(
      'debian',
      'debian:12',
      'alpine:latest',
      'python:3.12-slim',
      '$IMAGE',
      'node:${V:-20}',
      'build',
      'scratch',
      'registry.example.com:5000/a/b@sha256:0',
      'mcr.microsoft.com/windows/servercore:ltsc2022',
    ),
    fc.constantFrom('', '', ' AS build', ' as Build', ' AS final', ' \\\n  AS last'),
  )
  .map((all) => `FROM ${all.join('')}`);

const stage = fc.tuple(from, fc.array(instruction, { maxLength: 6 })).map(([first, rest]) => [first, ...rest]);
const disguises: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => text,
  (text) => text,
  (text) => `${text}\n`,
  (text) => text.replaceAll('\n', '\r\n'),
  (text) => `\uFEFF${text}\n`,
  (text) => `\uFEFF${text.replaceAll('\n', '\r\n')}\r\n`,
  (text) => `# escape=\`\n${text.replaceAll('\\', '`')}\n`,
  (text) => `# syntax=docker/dockerfile:1\n# check=skip=all\n${text}`,
  (text) => text.replace('\n', '\r\n'),
];

/** Dockerfiles as people write them, mistakes included. */
const texts: Arbitrary<string> = fc
  .tuple(
    fc.constantFrom([], [], ['ARG IMAGE=debian:12'], ['ARG V'], ['', '# a comment']),
    fc.array(stage, { minLength: 1, maxLength: 2 }),
    fc.constantFrom(...disguises),
  )
  .map(([head, stages, disguise]) => disguise([...head, ...stages.flat()].join('\n')));

interface Cut {
  readonly how: 'delete' | 'double' | 'swap' | 'insert';
  readonly from: number;
  readonly length: number;
  readonly text: string;
}
const cuts: Arbitrary<readonly Cut[]> = fc.array(
  fc.record({
    how: fc.constantFrom('delete', 'double', 'swap', 'insert'),
    from: fc.nat(0xffff),
    length: fc.integer({ min: 1, max: 20 }),
    text: fc.oneof(
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.constantFrom(
        '\\\n',
        '\n',
        '"',
        "'",
        '<<EOF',
        '${',
        '$(',
        '\r',
        '`',
        '#',
        '[',
        ' && ',
        'FROM ',
        '\ud800',
        '\0',
        '\u2028',
      ),
    ),
  }),
  { minLength: 1, maxLength: 5 },
);

function cut(text: string, { how, from: place, length, text: inserted }: Cut): string {
  const at = place % (text.length + 1);
  const end = Math.min(at + length, text.length);
  const [before, slice, after] = [text.slice(0, at), text.slice(at, end), text.slice(end)];
  switch (how) {
    case 'delete':
      return before + after;
    case 'double':
      return before + slice + slice + after;
    case 'swap':
      return before + after.slice(0, length) + slice + after.slice(length);
    case 'insert':
      return before + inserted + slice + after;
  }
}

let linter: Linter;
before(async () => {
  linter = await loadLinter();
});

/** What the parser could not read in the one text and could in the other. */
function newProblems(after: AnyFile, before: AnyFile): readonly string[] {
  const known = before.problems.map(({ message }) => message);
  return after.problems.map(({ message }) => message).filter((message) => !known.includes(message));
}
const traced = (file: AnyFile, changes: Iterable<Change>): string =>
  file.kind === 'dockerfile' ? printTrace(traceOf(file), [...changes]) : '';

/** Rules that failed, and fixes that did. */
const failures = ({ diagnostics }: Analysis): readonly string[] =>
  diagnostics.flatMap(({ rule, message, fix }) => [
    ...(rule === 'internal-error' ? [textOf(message)] : []),
    ...(fix?.title.startsWith('Nothing, since the fix failed') === true ? [fix.title] : []),
  ]);

/** All that hosts show of an analysis, the fixes spelled out. */
const shown = (analysis: Analysis, own: Settings): unknown =>
  [analysis.diagnostics, analysis.suppressed].map((all) =>
    all.map(({ rule, severity, at, message, fix, choices, related, peers }) => ({
      rule,
      severity,
      span: at.span,
      message: textOf(message),
      fixes: [fix, ...(choices ?? [])].map((one) => one && [one.title, one.safety, linter.spell(analysis, one, own)]),
      related: related?.map((one) => one.at.span),
      peers,
    })),
  );

async function checkFixAll(text: string, own: Settings): Promise<void> {
  const start = linter.lint(dockerfile(text), own);
  const changes = new Set<Change>();
  const wanted = (fix: Fix): boolean => {
    if (fix.safety === 'safe') for (const change of fix.changes) changes.add(change);
    return fix.safety === 'safe';
  };
  const fixed = await linter.fixAll(dockerfile(text), own, nothing, wanted);
  assert.ok(fixed.stable, 'the fixes go round in a circle');
  assert.deepEqual(failures(fixed.analysis), []);
  assert.deepEqual(newProblems(fixed.analysis.file, start.file), [], fixed.text);
  assert.equal(traced(fixed.analysis.file, changes), traced(start.file, changes), fixed.text);
  const again = await linter.fixAll(dockerfile(fixed.text), own, nothing, wanted);
  assert.equal(again.text, fixed.text, 'twice is not once');
}

async function checkEachFix(text: string, own: Settings): Promise<void> {
  const analysis = await linter.analyse(dockerfile(text), own, nothing);
  for (const diagnostic of analysis.diagnostics) {
    for (const fix of [diagnostic.fix, ...(diagnostic.choices ?? [])]) {
      if (fix) await checkFix(analysis, own, diagnostic, fix);
    }
  }
}

async function checkFix(analysis: Analysis, own: Settings, { rule, at }: Diagnostic, fix: Fix): Promise<void> {
  const spelled = linter.spell(analysis, fix, own);
  const text = apply(analysis.file.text, spelled.find(({ path }) => path === undefined)?.edits ?? []);
  const known = new Map<string, string | undefined>();
  for (const { path, edits } of spelled) if (path !== undefined) known.set(path, apply('', edits));
  const after = await linter.analyse(dockerfile(text), own, nothing, known);
  const what = `${rule}, ${fix.title}, at ${at.span.start}`;
  assert.deepEqual(failures(after), []);
  assert.deepEqual(newProblems(after.file, analysis.file), [], `${what} breaks the text:\n${text}`);
  const count = ({ diagnostics }: Analysis): number => diagnostics.filter((other) => other.rule === rule).length;
  assert.ok(count(after) < count(analysis), `${what} leaves the finding:\n${text}`);
  if (fix.safety === 'safe') {
    assert.equal(
      traced(after.file, fix.changes),
      traced(analysis.file, fix.changes),
      `${what} changes the build:\n${text}`,
    );
  }
}

describe('Whatever the Dockerfile', () => {
  const check = (property: fc.IRawProperty<never> | fc.IRawProperty<unknown>): Promise<void> =>
    Promise.resolve(fc.assert(property as fc.IRawProperty<unknown>, { numRuns: RUNS, seed: SEED }));

  it('no rule fails on it', () =>
    check(
      fc.property(texts, settings, (text, own) => {
        assert.deepEqual(failures(linter.lint(dockerfile(text), own)), []);
      }),
    ));

  it('the safe fixes together keep the build but for what they declare', () =>
    check(fc.asyncProperty(texts, settings, checkFixAll)));

  it('each fix alone keeps what it promises', () => check(fc.asyncProperty(texts, settings, checkEachFix)));

  it('no cut into it makes a rule fail', () =>
    check(
      fc.property(texts, cuts, settings, (text, all, own) => {
        assert.deepEqual(failures(linter.lint(dockerfile(all.reduce(cut, text)), own)), []);
      }),
    ));

  it('a warm cache changes nothing after edits', () =>
    check(
      fc.property(texts, cuts, settings, (text, all, own) => {
        const cache = linter.createCache();
        let edited = text;
        linter.lint(dockerfile(edited), own, new Map(), cache);
        for (const one of all) {
          edited = cut(edited, one);
          const warm = linter.lint(dockerfile(edited), own, new Map(), cache);
          assert.deepEqual(shown(warm, own), shown(linter.lint(dockerfile(edited), own), own), edited);
        }
      }),
    ));
});
