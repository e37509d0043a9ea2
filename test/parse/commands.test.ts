import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Located } from '../../shared-rules/src/model/file.js';
import type { Command, Script } from '../../shared-rules/src/model/shell.js';
import type { State } from '../../shared-rules/src/model/state.js';
import type { WordSyntax } from '../../shared-rules/src/model/syntax.js';
import { placeArgv, placeScript, programsOf, type CommandHome } from '../../shared-rules/src/parse/commands.js';
import { placeAt, placeJoined } from '../../shared-rules/src/parse/place.js';
import { loadShellReader } from '../../shared-rules/src/parse/shell.js';

const require = createRequire(import.meta.url);
const bytes = (name: string): Uint8Array => new Uint8Array(readFileSync(require.resolve(name)));
const reader = await loadShellReader({
  runtime: bytes('web-tree-sitter/web-tree-sitter.wasm'),
  bash: bytes('tree-sitter-bash/tree-sitter-bash.wasm'),
});

const state: State = {
  shell: { known: true, value: 'sh' },
  shellWords: ['/bin/sh', '-c'],
  user: { known: false },
  workdir: { known: false },
  env: { lookup: () => undefined, all: () => [] },
  platform: { known: false },
  family: 'unknown',
};
const home = (base = 0): CommandHome => ({ place: placeAt(base), state, reader });
const script = (text: string): Script => placeScript(reader.read(text), home());
const at = (text: string, node: Located): string => text.slice(node.span.start, node.span.end);

/** A command with the programs it is called through and the text under its span. */
const show = (text: string, command: Command): string =>
  [...command.wrappers, command].map((one) => one.program.text).join('>') +
  `{${at(text, command)}}` +
  (command.substituted ? '$' : '');
const calls = (text: string): string =>
  script(text)
    .commands.map((command) => show(text, command))
    .join(' ');

/** What the first command without a wrapper around another is made of: flags, subcommand, operands. */
function reading(text: string): string {
  const { commands } = script(text);
  const command = commands.at(-1);
  if (command === undefined) return 'no command';
  const flags = command.flags.map((flag) => {
    assert.ok(at(text, flag).length > 0);
    return flag.name + (flag.value === undefined ? '' : `(${flag.value.text}|${at(text, flag.value)})`);
  });
  return [...flags, command.subcommand?.text ?? '-', ...command.operands.map((word) => word.text)].join(' ');
}

/** An exec form as text; the words' spans lie inside the quotes, as the reader of JSON gives them. */
function exec(text: string): string {
  const words: WordSyntax[] = [];
  for (const match of text.matchAll(/"((?:[^"\\]|\\.)*)"/g)) {
    const value = JSON.parse(match[0]) as string;
    const start = match.index + 1;
    const end = match.index + match[0].length - 1;
    words.push({ start, end, text: value, literal: true, parts: [{ kind: 'text', text: value }], form: 'json' });
  }
  return placeArgv(words, home())
    .map((command) => show(text, command) + (command.script === undefined ? '' : '~'))
    .join(' ');
}

type Case = readonly [text: string, expected: string];
function cases(title: string, print: (text: string) => string, rows: readonly Case[]): void {
  describe(title, () => {
    for (const [text, expected] of rows)
      it(JSON.stringify(text), () => {
        assert.equal(print(text), expected);
      });
  });
}

cases('wrapped commands', calls, [
  ['apt-get update && apt-get install -y curl', 'apt-get{apt-get update} apt-get{apt-get install -y curl}'],
  [
    'sudo -E env X=1 apt-get install curl > log',
    'sudo{sudo -E env X=1 apt-get install curl > log} sudo>env{env X=1 apt-get install curl} sudo>env>apt-get{apt-get install curl}',
  ],
  ['sudo -u root -- apt-get install x', 'sudo{sudo -u root -- apt-get install x} sudo>apt-get{apt-get install x}'],
  ['sudo X=1 make', 'sudo{sudo X=1 make} sudo>make{make}'],
  ['sudo -l', 'sudo{sudo -l}'],
  ['sudo', 'sudo{sudo}'],
  ['env -i -u A B=1 C=2 make all', 'env{env -i -u A B=1 C=2 make all} env>make{make all}'],
  ['env A=1', 'env{env A=1}'],
  ['env - make', 'env{env - make} env>make{make}'],
  [
    'exec gosu app node server.js',
    'exec{exec gosu app node server.js} exec>gosu{gosu app node server.js} exec>gosu>node{node server.js}',
  ],
  [
    'su-exec app:app nginx -g "daemon off;"',
    'su-exec{su-exec app:app nginx -g "daemon off;"} su-exec>nginx{nginx -g "daemon off;"}',
  ],
  ['timeout -k 5 30 curl x', 'timeout{timeout -k 5 30 curl x} timeout>curl{curl x}'],
  ['timeout --signal=KILL 30 curl x', 'timeout{timeout --signal=KILL 30 curl x} timeout>curl{curl x}'],
  ['nice -n 5 ionice -c2 make', 'nice{nice -n 5 ionice -c2 make} nice>ionice{ionice -c2 make} nice>ionice>make{make}'],
  [
    'nohup stdbuf -oL java -jar a.jar',
    'nohup{nohup stdbuf -oL java -jar a.jar} nohup>stdbuf{stdbuf -oL java -jar a.jar} nohup>stdbuf>java{java -jar a.jar}',
  ],
  ['time make -j2', 'time{time make -j2} time>make{make -j2}'],
  ['command -v curl', 'command{command -v curl}'],
  ['command curl x', 'command{command curl x} command>curl{curl x}'],
  ['builtin cd x', 'builtin{builtin cd x} builtin>cd{cd x}'],
  ['xargs', 'xargs{xargs}'],
  ['find . | xargs -r -n 1 rm -f', 'find{find .} xargs{xargs -r -n 1 rm -f} xargs>rm{rm -f}'],
  [
    "ls | xargs -I{} sh -c 'rm {}'",
    "ls{ls} xargs{xargs -I{} sh -c 'rm {}'} xargs>sh{sh -c 'rm {}'} xargs>sh>rm{rm {}}",
  ],
  ['busybox wget x', 'busybox{busybox wget x} busybox>wget{wget x}'],
  [
    'tini -g -- dumb-init node x',
    'tini{tini -g -- dumb-init node x} tini>dumb-init{dumb-init node x} tini>dumb-init>node{node x}',
  ],
  ['setpriv --reuid=1 --clear-groups node x', 'setpriv{setpriv --reuid=1 --clear-groups node x} setpriv>node{node x}'],
  ['chpst -u app node x', 'chpst{chpst -u app node x} chpst>node{node x}'],
  [
    "sh -c 'apt-get update && apt-get install x'",
    "sh{sh -c 'apt-get update && apt-get install x'} sh>apt-get{apt-get update} sh>apt-get{apt-get install x}",
  ],
  [
    'bash -euxo pipefail -c "curl x | tar xz"',
    'bash{bash -euxo pipefail -c "curl x | tar xz"} bash>curl{curl x} bash>tar{tar xz}',
  ],
  ['bash -c "echo \\"a\\""', 'bash{bash -c "echo \\"a\\""}'],
  ['sh -ec "echo $(date)"', 'sh{sh -ec "echo $(date)"} sh>echo{echo $(date)} date{date}$'],
  ["sh -ec 'echo $(date)'", "sh{sh -ec 'echo $(date)'} sh>echo{echo $(date)} sh>date{date}$"],
  ['sh -c ls', 'sh{sh -c ls} sh>ls{ls}'],
  ['sh script.sh -c x', 'sh{sh script.sh -c x}'],
  ['bash -s x', 'bash{bash -s x}'],
  ["su - app -c 'npm ci'", "su{su - app -c 'npm ci'} su>npm{npm ci}"],
  ['su -c "a; b" app', 'su{su -c "a; b" app} su>a{a} su>b{b}'],
  ['eval "a && b"', 'eval{eval "a && b"} eval>a{a} eval>b{b}'],
  ['eval "$x"', 'eval{eval "$x"}'],
  ['eval a b', 'eval{eval a b}'],
  ['python -m pip install x', 'python{python -m pip install x} python>pip{pip install x}'],
  [
    'python3.12 -u -m pip install --user x',
    'python3.12{python3.12 -u -m pip install --user x} python3.12>pip{pip install --user x}',
  ],
  ['python script.py -m pip', 'python{python script.py -m pip}'],
  ['python -c "import x"', 'python{python -c "import x"}'],
  [
    '/usr/bin/sudo /usr/local/bin/pip install x',
    'sudo{/usr/bin/sudo /usr/local/bin/pip install x} sudo>pip{/usr/local/bin/pip install x}',
  ],
  ['$x/bin/pip install y', '$x/bin/pip{$x/bin/pip install y}'],
  [
    'echo $(sudo apt-get update)',
    'echo{echo $(sudo apt-get update)} sudo{sudo apt-get update}$ sudo>apt-get{apt-get update}$',
  ],
  ['X=1 sudo y', 'sudo{X=1 sudo y} sudo>y{y}'],
  ['sh -c "sh -c \'a; b\'"', "sh{sh -c \"sh -c 'a; b'\"} sh>sh{sh -c 'a; b'} sh>sh>a{a} sh>sh>b{b}"],
  [
    "sudo sh -c 'apt-get update' && c",
    "sudo{sudo sh -c 'apt-get update'} sudo>sh{sh -c 'apt-get update'} sudo>sh>apt-get{apt-get update} c{c}",
  ],
  ['cd x || exec "$@"', 'cd{cd x} exec{exec "$@"} exec>$@{"$@"}'],
]);

cases('flags and operands', reading, [
  [
    'apt-get -qy install -t stable --no-install-recommends curl=1 -- -x',
    '-q -y -t(stable|stable) --no-install-recommends install curl=1 -x',
  ],
  ['apt-get -o Acquire::Retries=3 -oA=b install x', '-o(Acquire::Retries=3|Acquire::Retries=3) -o(A=b|A=b) install x'],
  ['apt-get -q=2 install x', '-q(2|2) install x'],
  [
    'curl -fsSLo out -HA:b --retry=3 --header "a b" --data="c d" http://x',
    '-f -s -S -L -o(out|out) -H(A:b|A:b) --retry(3|3) --header(a b|"a b") --data(c d|"c d") http://x',
  ],
  ['tar xzf a.tgz -C /opt --strip-components=1', '-x -z -f(a.tgz|a.tgz) -C(/opt|/opt) --strip-components(1|1) -'],
  ['tar -xzf a.tgz -C /opt', '-x -z -f(a.tgz|a.tgz) -C(/opt|/opt) -'],
  ['tar czf - x', '-c -z -f(-|-) x'],
  ['go build -tags=x -ldflags "-s -w" -o out ./...', '-tags(x|x) -ldflags(-s -w|"-s -w") -o(out|out) build ./...'],
  ['git -C /x clone --depth 1 url', '-C(/x|/x) --depth(1|1) clone url'],
  ['sudo apt-get -y install x', '-y install x'],
  ['sudo -u app apt-get -y install x', '-y install x'],
  ['unknown -abc --long=x --flag y z', '-a -b -c --long(x|x) --flag y z'],
  ['npm --loglevel warn install -g x', '--loglevel(warn|warn) -g install x'],
  ['apk add --no-cache -t .deps gcc', '--no-cache -t(.deps|.deps) add gcc'],
  ['useradd -ms /bin/bash -u 1000 app', '-m -s(/bin/bash|/bin/bash) -u(1000|1000) app'],
  ['rm -rf /x', '-r -f /x'],
  ['pip install -r req.txt "--index-url=http://x"', '-r(req.txt|req.txt) --index-url(http://x|http://x) install'],
  ['make -j4 all', '-j(4|4) all'],
  ['x - --', '-'],
  ['python -m pip install -U x', '-U install x'],
]);

cases('exec form', exec, [
  ['["apt-get","install","-y","curl"]', 'apt-get{apt-get","install","-y","curl}'],
  ['["sh","-c","apt-get update && x"]', 'sh{sh","-c","apt-get update && x} sh>apt-get{apt-get update}~ sh>x{x}~'],
  ['["sh","-c","echo \\"a\\""]', 'sh{sh","-c","echo \\"a\\"}'],
  [
    '["/bin/bash","-lc","sudo a; b $(c)"]',
    'bash{/bin/bash","-lc","sudo a; b $(c)} bash>sudo{sudo a}~ bash>sudo>a{a}~ bash>b{b $(c)}~ bash>c{c}$~',
  ],
  ['["tini","--","node","x.js"]', 'tini{tini","--","node","x.js} tini>node{node","x.js}'],
  ['[]', ''],
]);

const first = (text: string): Command => {
  const [command] = script(text).commands;
  assert.ok(command);
  return command;
};

describe('a command', () => {
  it('finds flags in clusters, by any of their names, before --', () => {
    const command = first('apt-get -qy install --option=x -- -f');
    assert.ok(command.has('-y') && command.has('-q') && command.has('--yes', '-y') && command.has('--option'));
    assert.ok(!command.has('-f') && !command.has('--yes') && !command.has('-qy-'));
    assert.equal(command.flag('-o', '--option')?.value?.text, 'x');
    assert.equal(command.flag('-f'), undefined);
  });
  it('takes the rest of a cluster for the value of a flag that has one', () => {
    const command = first('curl -ofoo -sLo bar');
    assert.ok(!command.has('-f'));
    assert.equal(command.flag('-o')?.value?.text, 'bar');
  });
  it('knows long flags with one dash', () => {
    assert.ok(first('java -jar x.jar').has('-jar'));
    assert.equal(first('java -jar x.jar').flag('-jar')?.value?.text, 'x.jar');
    assert.ok(first('whatever -version').has('-version'));
  });
  it('points at the program without its folder', () => {
    const text = 'x=1 "/usr/bin/apt-get" update';
    const command = first(text);
    assert.equal(at(text, command.program), 'apt-get');
    assert.equal(command.path, '/usr/bin/apt-get');
    assert.equal(at(text, command), text);
  });
  it('has no trustworthy name if a variable stands in it', () => {
    const { program } = first('${BIN}/pip install x');
    assert.equal(program.literal, false);
    assert.equal(program.text, '${BIN}/pip');
  });
  it('hands its redirections and settings to the command it wraps', () => {
    const text = 'sudo A=1 env "B=2 3" make > log';
    const make = script(text).commands.at(-1);
    assert.ok(make);
    assert.deepEqual(
      make.assignments.map((item) => `${item.name.text}|${at(text, item.name)}|${item.value?.text}`),
      ['B|B|2 3'],
    );
    assert.equal(make.redirections[0]?.target?.text, 'log');
  });
  it('gives the same nodes at every call', () => {
    const text = script('a -x b c && d');
    assert.equal(text.commands, text.commands);
    const [command] = text.commands;
    assert.equal(command?.operands[0], command?.operands[0]);
    const [list] = text.statements;
    assert.ok(list?.kind === 'list' && list.left.kind === 'command');
    assert.equal(list.left.command, command);
  });
  it('stands in its script, a wrapped script in one of its own', () => {
    const outer = script("sh -c 'a; b'");
    const [shell, inner] = outer.commands;
    assert.equal(shell?.script, outer);
    assert.ok(inner?.script);
    assert.deepEqual(
      inner.script.statements.map((statement) => statement.kind),
      ['command', 'command'],
    );
    assert.equal(inner.script.commands[0], inner);
  });
});

describe('a placed script', () => {
  it('maps every span through the joined text', () => {
    // What a builder reads of `RUN a -x \` and `  'b c'`.
    const file = "RUN a -x \\\n  'b c'";
    const joined = { text: "a -x   'b c'", starts: [0, 5], sources: [4, 11] };
    const placed = placeScript(reader.read(joined.text), { ...home(), place: placeJoined(joined, 0) });
    const [command] = placed.commands;
    assert.ok(command);
    assert.equal(at(file, command), "a -x \\\n  'b c'");
    assert.equal(command.operands.length, 0);
    assert.equal(command.subcommand && at(file, command.subcommand), "'b c'");
  });
  it('has comments with their text, and says whether all of it was read', () => {
    const placed = script('# one\na # two\n');
    assert.deepEqual(
      placed.comments.map((comment) => comment.text),
      ['one', 'two'],
    );
    assert.ok(placed.readable);
    assert.ok(!script('a "').readable);
  });
});

describe('the programs of a script', () => {
  const rows: readonly Case[] = [
    ['sudo env /usr/bin/apt-get install x | tee log', 'sudo env apt-get tee'],
    ["sh -c 'a && sh -c b'", 'sh a b'],
    ['python3 -m pip install x; echo $(c)', 'python3 pip echo c'],
    ['', ''],
  ];
  for (const [text, expected] of rows)
    it(JSON.stringify(text), () => {
      assert.equal([...programsOf(reader.read(text), reader)].join(' '), expected);
    });
});
