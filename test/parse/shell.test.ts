import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Part } from '../../shared-rules/src/model/file.js';
import type { ScriptSyntax, StatementSyntax, WordSyntax } from '../../shared-rules/src/model/syntax.js';
import { loadShellReader, type ShellReader } from '../../shared-rules/src/parse/shell.js';

const require = createRequire(import.meta.url);
const bytes = (name: string): Uint8Array => new Uint8Array(readFileSync(require.resolve(name)));
const reader: ShellReader = await loadShellReader({
  runtime: bytes('web-tree-sitter/web-tree-sitter.wasm'),
  bash: bytes('tree-sitter-bash/tree-sitter-bash.wasm'),
});

const wordOf = (word: WordSyntax): string =>
  /[\s()[\]{}|&;]/.test(word.text) || word.text === '' ? `'${word.text}'` : word.text;
const list = (statements: readonly StatementSyntax[]): string =>
  statements.map((statement) => show(statement) + statement.terminator.replace('\n', '\\n')).join(' ');

/** A tree on one line: commands in brackets, operators before what they join. */
function show(statement: StatementSyntax): string {
  const redirections = (items: readonly { operator: string; descriptor?: number; target?: WordSyntax }[]): string =>
    items.map((item) => ` ${item.descriptor ?? ''}${item.operator}${item.target ? wordOf(item.target) : ''}`).join('');
  switch (statement.kind) {
    case 'command': {
      const { words, assignments } = statement.command;
      const set = assignments.map((item) => `${item.name.text}=${item.value ? wordOf(item.value) : ''} `).join('');
      return `[${set}${words.map(wordOf).join(' ')}${redirections(statement.command.redirections)}]`;
    }
    case 'assignment':
      return `[${statement.assignments.map((item) => `${item.name.text}=${item.value ? wordOf(item.value) : ''}`).join(' ')}]`;
    case 'pipeline':
      return `${statement.negated ? '!' : ''}(| ${statement.stages.map(show).join(' ')})`;
    case 'list':
      return `(${statement.operator} ${show(statement.left)} ${show(statement.right)})`;
    case 'compound': {
      const conditions = statement.conditions.map((part) => ` ?${list(part)}`).join('');
      const bodies = statement.bodies.map((part) => ` {${list(part)}}`).join('');
      return `${statement.construct}${conditions}${bodies}${redirections(statement.redirections)}`;
    }
  }
}

const tree = (text: string): string => list(reader.read(text).statements);
const problems = (text: string): string =>
  reader
    .read(text)
    .problems.map((problem) => `${text.slice(problem.start, problem.end)}: ${problem.message}`)
    .join(' / ');
const broken = (text: string): string => `${tree(text)} ~ ${problems(text)}`;
const raw = (text: string, node: { start: number; end: number }): string => text.slice(node.start, node.end);
/** Every command as it stands in the text; in angle brackets inside a substitution. */
const commands = (text: string): string =>
  reader
    .read(text)
    .commands.map((command) => (command.substituted ? `<${raw(text, command)}>` : raw(text, command)))
    .join(' / ');

function partsOf(parts: readonly Part[]): string {
  return parts
    .map((part) => {
      if (part.kind === 'text') return `'${part.text}'`;
      if (part.kind === 'substitution') return '$()';
      const operand = part.operand === undefined ? '' : `{${partsOf(part.operand)}}`;
      return `$${part.name}${part.operator === undefined ? '' : ` ${part.operator}`}${operand}`;
    })
    .join('+');
}
/** The first argument of the text: its value, then its parts unless it is literal. */
function word(text: string): string {
  const found = reader.read(text).commands.find((command) => command.words.length > 1 && !command.substituted)
    ?.words[1];
  if (found === undefined) return 'no word';
  return `${found.text}${found.literal ? '' : `  ${partsOf(found.parts)}`}`;
}

type Case = readonly [text: string, expected: string];
function cases(title: string, print: (text: string) => string, rows: readonly Case[]): void {
  describe(title, () => {
    for (const [text, expected] of rows)
      it(JSON.stringify(text), () => {
        assert.equal(print(text), expected);
        checkOffsets(text, reader.read(text));
      });
  });
}

/** What holds for every text: ranges lie in the text, and commands come in its order. */
function checkOffsets(text: string, script: ScriptSyntax): void {
  let last = -1;
  for (const command of script.commands) {
    assert.ok(command.start > last && command.end <= text.length && command.start < command.end);
    last = command.start;
    for (const item of [...command.words, ...command.redirections, ...command.assignments])
      assert.ok(item.start >= command.start && item.end <= command.end && item.start <= item.end);
  }
  for (const problem of script.problems) assert.ok(problem.start >= 0 && problem.end <= text.length);
}

cases('statements', tree, [
  ['apt-get update && apt-get install -y curl', '(&& [apt-get update] [apt-get install -y curl])'],
  ['a && b || c | d ; e & f', '(|| (&& [a] [b]) (| [c] [d])); [e]& [f]'],
  ['! a | b && ! c', '(&& !(| [a] [b]) !(| [c]))'],
  ['a |& b', '(| [a] [b])'],
  ['if a; then b; elif c; then d; e; else f; fi', 'if ?[a]; ?[c]; {[b];} {[d]; [e];} {[f];}'],
  ['if ! a; then b; fi > out', 'if ?!(| [a]); {[b];} >out'],
  ['if a; then b; fi && c | d', '(&& if ?[a]; {[b];} (| [c] [d]))'],
  ['for x in a b $(ls); do echo $x; done', 'for {[echo $x];}'],
  ['for x do echo; done', 'for {[echo];}'],
  ['for x in "$@"\ndo\n  a\ndone', 'for {[a]\\n}'],
  ['for ((i=0;i<3;i++)); do a; done', 'for {[a];}'],
  ['for ((i=0;i<3;i++)) do a; done', 'for {[a];}'],
  ['while read -r x; do a; done < file', 'while ?[read -r x]; {[a];} <file'],
  ['until a; do b; done', 'until ?[a]; {[b];}'],
  ['case "$x" in a|b) c ;; (d) e;; *) f; g ;; esac && h', '(&& case {[c]} {[e]} {[f]; [g]} [h])'],
  ['case x in a) b\nesac', 'case {[b]\\n}'],
  ["case x in\n  # first\n  'a b') c ;;\n  *) ;;\nesac", 'case {[c]} {}'],
  ['case x in a) b ;& c) d ;;& e) f ;; esac', 'case {[b]} {[d]} {[f]}'],
  ['case x in esac', 'case'],
  ['select x in a b; do c; done', 'select {[c];}'],
  ['f() { a; b; }; f', 'function {[a]; [b];}; [f]'],
  ['f ()\n{\n  a\n}', 'function {[a]\\n}'],
  ['function f { a; }', 'function {[a];}'],
  ['function f() ( a )', 'function {subshell {[a]}}'],
  ['f() for x in y; do z; done', 'function {for {[z];}}'],
  ['{ a; b; } > file 2>&1', 'group {[a]; [b];} >file 2>&1'],
  ['(a; b) | c', '(| subshell {[a]; [b]} [c])'],
  ['(cd x && make) && y', '(&& subshell {(&& [cd x] [make])} [y])'],
  ['{ (a) }', 'group {subshell {[a]}}'],
  ['if (a); then (b) fi', 'if ?subshell {[a]}; {subshell {[b]}}'],
  ['a | { b; } && c', '(&& (| [a] group {[b];}) [c])'],
  ['{ a; b; } | while read x; do y; done', '(| group {[a]; [b];} while ?[read x]; {[y];})'],
  ['! { a; }', '!(| group {[a];})'],
  ['coproc a b', '[a b]'],
  ['coproc NAME { a; }', 'group {[a];}'],
  ['cat <<EOF | other\nbody $(x) $y\nEOF\nnext', '(| [cat <<] [other])\\n [next]'],
  ['cat <<EOF && other\nbody\nEOF\nnext', '(&& [cat <<] [other])\\n [next]'],
  ["cat <<-'EOF' > f\n\tif (\n\tEOF\nnext", '[cat <<- >f]\\n [next]'],
  ['cat <<EOF > f', '[cat << >f]'],
  ['cat <<A <<B\n1\nA\n2\nB\nx', '[cat << <<]\\n [x]'],
  ['cat <<EOF\nno end', '[cat <<]\\n'],
  ['a <<EOF; b\nx\nEOF', '[a <<]; [b]\\n'],
  ['while a; do b; done <<EOF\nx\nEOF\nc', 'while ?[a]; {[b];} <<\\n [c]'],
  ['if a; then\n  cat <<EOF\n  fi\nEOF\nfi', 'if ?[a]; {[cat <<]\\n}'],
  ['grep x <<< "a $(b)"', "[grep x <<<'a $(b)']"],
  ['> file cmd arg', '[cmd arg >file]'],
  ['cmd > file arg 2>&1 last', '[cmd arg last >file 2>&1]'],
  ['a >&2 <&- 2>&-', '[a >&2 <&- 2>&-]'],
  ['a &> f; b &>> g', '[a &>f]; [b &>>g]'],
  ['a 3<> f >| g', '[a 3<>f >|g]'],
  ['a {fd}> f', '[a >f]'],
  ['exec > file', '[exec >file]'],
  ['> file', 'group {} >file'],
  ['a=1 b=$(x) c d=e', "[a=1 b='$(x)' c d=e]"],
  ['a=1 b=2', '[a=1 b=2]'],
  ['a= b+=c d[1]=e', "[a='' b=c d=e]"],
  ['a=(1 2 "$(x)") b', '[a=\'(1 2 "$(x)")\' b]'],
  ['export A=1 B="x y"', "[export A=1 'B=x y']"],
  ['declare -a X=(a $(b) <(c)); d', "[declare -a 'X=(a $(b) <(c))']; [d]"],
  ['unset A B', '[unset A B]'],
  ['local x; readonly y=1', '[local x]; [readonly y=1]'],
  ['time make -j2', '[time make -j2]'],
  ['time a | b', '(| [time a] [b])'],
  ['time { a; }', 'group {[a];}'],
  ['time -p for x in a; do b; done', 'for {[b];}'],
  ['', ''],
  ['# only', ''],
  ['a # comment && b', '[a]'],
  ['echo foo#bar # baz', '[echo foo#bar]'],
  ['a & b', '[a]& [b]'],
  ['a &&\n b', '(&& [a] [b])'],
  ['a\n\n\nb;\n c', '[a]\\n [b]; [c]'],
  ['a \\\n  && b', '(&& [a] [b])'],
  ['a;b&c', '[a]; [b]& [c]'],
  ['a\r\nb\r\n', '[a]\\n [b]\\n'],
  ['[ -f x ] && a', '(&& test [a])'],
  ['[ "$(a)" = b ] 2>/dev/null || c', '(|| test 2>/dev/null [c])'],
  ['[[ $x == a* && -n "$(y)" ]] || b', '(|| test [b])'],
  ['[[ a =~ ^(x|y)$ ]] && z', '(&& test [z])'],
  ['[[ a < b || ! ( c > d ) ]]', 'test'],
  ['if [ -n "$x" ]; then a; fi', 'if ?test; {[a];}'],
  ['(( x > 1 )) && a', '(&& arithmetic [a])'],
  ['(( x = $(y) << 2 ))', 'arithmetic'],
  ['x | ((a; b) 5<&- | c) 5>&1', '(| [x] subshell {(| subshell {[a]; [b]} 5<&- [c])} 5>&1)'],
  ['a |\n  b |\n  c\n\nif ! d\nthen\n  e\nfi\n\nf', '(| [a] [b] [c])\\n if ?!(| [d])\\n {[e]\\n}\\n [f]'],
  ['( (a); b )', 'subshell {subshell {[a]}; [b]}'],
  ['test -f x && a', '(&& [test -f x] [a])'],
  ['$x install', '[$x install]'],
  ['"apt"-get x', '[apt-get x]'],
  ["'a b' c", "['a b' c]"],
  ['echo if then fi', '[echo if then fi]'],
  ['echo } done', "[echo '}' done]"],
  ['apt-get install time', '[apt-get install time]'],
  ['cmd {a,b} !(x|y) *.[ch]', "[cmd '{a,b}' '!(x|y)' '*.[ch]']"],
  ['echo $((1 + $(x))) $((a)); b', "[echo '$((1 + $(x)))' '$((a))']; [b]"],
  ['echo $((a); b)', "[echo '$((a); b)']"],
  ['rm -rf /var/lib/apt/lists/*', '[rm -rf /var/lib/apt/lists/*]'],
]);

cases('commands', commands, [
  ['echo $(a "$(b)") `c`', 'echo $(a "$(b)") `c` / <a "$(b)"> / <b> / <c>'],
  ['for x in a b $(ls); do echo $x; done', '<ls> / echo $x'],
  ['cat <<EOF | other\nbody $(x) $y\nEOF\nnext', 'cat <<EOF / other / <x> / next'],
  ["cat <<'EOF'\n$(x)\nEOF", "cat <<'EOF'"],
  ['cat <<EOF\n$(x)\n`y`\n${z:-$(w)}\n\\$(v)\nEOF', 'cat <<EOF / <x> / <y> / <w>'],
  ['grep x <<< "a $(b)"', 'grep x <<< "a $(b)" / <b>'],
  ['a=1 b=$(x) c d=e', 'a=1 b=$(x) c d=e / <x>'],
  ['a=(1 2 "$(x)") b', 'a=(1 2 "$(x)") b / <x>'],
  ['x=$(a; b | c) && d', '<a> / <b> / <c> / d'],
  ['[[ $x == a* && -n "$(y)" ]] || b', '<y> / b'],
  ['(( x = $(y) ))', '<y>'],
  ['echo "a $(b "c $(d)") `e`"', 'echo "a $(b "c $(d)") `e`" / <b "c $(d)"> / <d> / <e>'],
  ['echo `a \\`b\\` c`', 'echo `a \\`b\\` c` / <a \\`b\\` c> / <b>'],
  ['echo "`a \\"b c\\"`"', 'echo "`a \\"b c\\"`" / <a \\"b c\\">'],
  ['diff <(a) <(b | c) >(d)', 'diff <(a) <(b | c) >(d) / <a> / <b> / <c> / <d>'],
  ['a --opt=<(b)', 'a --opt=<(b) / <b>'],
  ['echo ${x:-$(y)} "${z#"$(w)"}"', 'echo ${x:-$(y)} "${z#"$(w)"}" / <y> / <w>'],
  ['echo $((1 + $(x))) $((a); b)', 'echo $((1 + $(x))) $((a); b) / <x> / <a> / <b>'],
  ['$( (a); b ) c', '$( (a); b ) c / <a> / <b>'],
  ['$(# comment)', '$(# comment)'],
  ['a $(b # c) d', 'a $(b # c) d / <b>'],
  ['a $(b # c (d)\n e) f', 'a $(b # c (d)\n e) f / <b> / <e>'],
  ['a > $(b) && c', 'a > $(b) / <b> / c'],
  ['case $(x) in $(y)) z;; esac', '<x> / <y> / z'],
  ['echo $(case x in a) b;; esac) c', 'echo $(case x in a) b;; esac) c / <b>'],
  ["echo '$(a)' \\$(", "echo '$(a)' \\$"],
  ['f() { a $(b); }; f', 'a $(b) / <b> / f'],
  ['$(<file)', '$(<file)'],
  ['echo $(a); if b', 'echo $(a) / <a>'],
  ['if a; then echo $(b', ''],
]);

cases('words', word, [
  ['x "a b"c\'d\'', 'a bcd'],
  ['x a\\ b\\>c', 'a b>c'],
  ['x "a\\qb\\"c\\$d\\`e\\\\f"', 'a\\qb"c$d`e\\f'],
  ["x $'a\tb\\x41\\u00e9\\'c\\101\\cA'", "a\tbAé'cA\u0001"],
  ['x $"hi"', 'hi'],
  ['x $y', '$y  $y'],
  ['x "${y}z"', "${y}z  $y+'z'"],
  ['x ${y:-a b}', "${y:-a b}  $y :-{'a b'}"],
  ['x "${y:-"a b"}"', '${y:-"a b"}  $y :-{\'a b\'}'],
  ['x ${y:+$z}', '${y:+$z}  $y :+{$z}'],
  ['x ${y#*/}', "${y#*/}  $y #{'*/'}"],
  ['x "${y%%\'}\'*}"', "${y%%'}'*}  $y %%{'}*'}"],
  ['x ${#y}', '${#y}  $y #'],
  ['x ${!y}', '${!y}  $y !'],
  ['x ${y[@]}', '${y[@]}  $y[@]'],
  ['x ${y:1:2}', "${y:1:2}  $y :{'1:2'}"],
  ['x ${y//a/b}', "${y//a/b}  $y //{'a/b'}"],
  ['x ${y:-${z:-$(q)}}', '${y:-${z:-$(q)}}  $y :-{$z :-{$()}}'],
  ['x "${y:-it\'s}"', "${y:-it's}  $y :-{'it's'}"],
  ['x ${y^^}', '${y^^}  $y ^^{}'],
  ['x ${y@Q}', "${y@Q}  $y @{'Q'}"],
  ['x a$', 'a$'],
  ['x a$(b)c', "a$(b)c  'a'+$()+'c'"],
  ['x `a`b', "`a`b  $()+'b'"],
  ["x ''", ''],
  ['x a""b', 'ab'],
  ['x $1$@$#', '$1$@$#  $1+$@+$#'],
  ["x '$y'", '$y'],
  ['x "$"', '$'],
  ['x a\\', 'a\\'],
  ['x --flag="v w"', '--flag=v w'],
  ['x "a\nb"', 'a\nb'],
  ['x a\\\nb', 'ab'],
  ['x $[1+2]', '$[1+2]  $()'],
  ['x $((1 + 2))px', "$((1 + 2))px  $()+'px'"],
  ['x ~/x', '~/x'],
  ['x a=(b c)', 'a=(b c)'],
  ['x \\$HOME', '$HOME'],
  ['x \'a\'"b"c', 'abc'],
  ['x naïve€', 'naïve€'],
]);

cases('what cannot be read', broken, [
  ['echo "unclosed', 'unreadable ~ "unclosed: This double quote is never closed.'],
  ["a; echo 'unclosed; b", "[a]; unreadable ~ 'unclosed; b: This single quote is never closed."],
  ['a; if b; then c', '[a]; unreadable ~ if: `if` is never closed by `fi`.'],
  ['while a; do b', 'unreadable ~ while: `while` is never closed by `done`.'],
  ['a && ', '(&& [a] unreadable) ~ : The command behind `&&` is missing.'],
  ['&& a', '[a] ~ &&: `&&` has no command before it.'],
  ['a | ', '(| [a] unreadable) ~ : The command behind `|` is missing.'],
  ['a ) b', '[a] [b] ~ ): `)` closes nothing.'],
  ['{ a && }', 'group {(&& [a] unreadable)} ~ : The command behind `&&` is missing.'],
  [
    'if a ||; then b; fi',
    'if ?(|| [a] unreadable) {[b];} ~ ;: `;` has no command before it. / : The command behind `||` is missing.',
  ],
  ['fi', 'unreadable ~ fi: `fi` closes nothing.'],
  ['a; fi; b', '[a]; unreadable; [b] ~ fi: `fi` closes nothing.'],
  ['(a; b', 'unreadable ~ (: `(` is never closed by `)`.'],
  ['a; ; b', '[a]; [b] ~ ;: `;` has no command before it.'],
  ['a ;; b', '[a] [b] ~ ;;: `;;` stands outside any `case`.'],
  ['echo $(a', 'unreadable ~ $(a: `$(` is never closed by `)`.'],
  ['echo $(a "b', 'unreadable ~ "b: This double quote is never closed.'],
  ['echo ${a', 'unreadable ~ ${a: `${` is never closed by `}`.'],
  ['echo `a', 'unreadable ~ `a: This backtick is never closed.'],
  ['{ a }', 'unreadable ~ {: `{` is never closed by `}`.'],
  ['{ if a; then b; }', 'group {unreadable} ~ if: `if` is never closed by `fi`.'],
  ['if a then b; fi', 'unreadable ~ if a then b; fi: The shell cannot read this.'],
  [
    'for x in a; b; done',
    'unreadable [b]; unreadable ~ for x in a;: The shell cannot read this. / done: The shell cannot read this.',
  ],
  ['if a; then b; fi c', 'unreadable [c] ~ if a; then b; fi: The shell cannot read this.'],
  ['[[ a', 'unreadable ~ [[ a: `[[` is never closed by `]]`.'],
  ['a >', 'unreadable ~ >: `>` needs a word behind it.'],
  ['a > && b', '(&& unreadable [b]) ~ >: `>` needs a word behind it.'],
  ['case x in a) b', 'unreadable ~ case: `case` is never closed by `esac`.'],
  ['case x in a b', 'unreadable ~ case: `case` is never closed by `esac`.'],
  ['else a', 'unreadable ~ else: `else` belongs to no `if`.'],
  ['a=(b', 'unreadable ~ (b: The array is never closed by `)`.'],
  ['a <<EOF $(b', 'unreadable ~ $(b: `$(` is never closed by `)`.'],
  [
    'a; if b; then c; fi; while d; do e $(f)',
    '[a]; if ?[b]; {[c];}; unreadable ~ while: `while` is never closed by `done`.',
  ],
  [
    '{ if a; then b; fi; while c; do d; }; e',
    'group {if ?[a]; {[b];}; unreadable}; [e] ~ while: `while` is never closed by `done`.',
  ],
  ['(if a; b) && c', '(&& subshell {unreadable} [c]) ~ if: `if` is never closed by `fi`.'],
  ['case x in a) if b ;; c) d;; esac; e', 'case {unreadable} {[d]}; [e] ~ if: `if` is never closed by `fi`.'],
  ['do a; done', 'unreadable; unreadable ~ do: `do` belongs to no loop. / done: `done` closes nothing.'],
  ['a && ) b', '(&& [a] [b]) ~ ): `)` closes nothing.'],
  ['$(if a) b', "['$(if a)' b] ~ if: `if` is never closed by `fi`."],
]);

describe('texts beyond reading', () => {
  const rows: readonly (readonly [title: string, text: string])[] = [
    ['more than 256 KB', 'a'.repeat(300 * 1024)],
    ['thousands of commands', 'a; '.repeat(10_000)],
    ['thousands of substitutions', '$(a) '.repeat(10_000)],
    ['a hundred problems', 'fi; '.repeat(200)],
  ];
  for (const [title, text] of rows)
    it(title, () => {
      const { statements, commands: found, problems: all } = reader.read(text);
      assert.deepEqual([statements.length, found.length, all.length], [0, 0, 1]);
      assert.deepEqual([all[0]?.start, all[0]?.end], [0, text.length]);
    });

  const openings = [
    '$(',
    '`',
    '"',
    '"$(',
    '${',
    '${a[',
    '((',
    '$((',
    '(',
    '{ ',
    'if ',
    'a=(',
    'a?(',
    '<<a\n',
    '>',
    '!',
    'x=$(a;b) ',
  ];
  for (const opening of openings)
    it(`${JSON.stringify(opening)} again and again`, () => {
      const start = performance.now();
      const script = reader.read(opening.repeat(200_000 / opening.length));
      checkOffsets(opening.repeat(200_000 / opening.length), script);
      // Far more than it takes, far less than anything that grows faster than the text.
      assert.ok(performance.now() - start < 3000);
    });

  it('any sequence of the signs of the language', () => {
    const bits =
      'a |b | |\n|;|&&|&|(|)|{ |}|$(|`|"|\'|\\|$x|${|<<E\n|E\n|if |then |fi|do |done|for x in |case x in |esac|;;|[[ |]] |((|))|#|>|<|!|time |x=|=(|$((|f() |\r\n|é|💥'
        .split('|')
        .concat('|', '||');
    let seed = 1;
    const next = (below: number): number => (seed = (seed * 48271) % 2147483647) % below;
    for (let round = 0; round < 5000; round++) {
      const text = Array.from({ length: 1 + next(25) }, () => bits[next(bits.length)]).join('');
      checkOffsets(text, reader.read(text));
    }
  });
});
