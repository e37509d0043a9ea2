import { read, table } from './tables.js';

const bind = (text: string): string => {
  const file = read('python', text);
  const found = file.setting('bind');
  if (!found) return 'none';
  const { name, value, span } = found;
  const under = value ? text.slice(value.span.start, value.span.end) : '-';
  return `${name.text} ${value?.text ?? '-'}{${under}} <${text.slice(span.start, span.end)}>`;
};

table('Settings at the top level', bind, [
  ['bind = "a:1"', 'bind a:1{a:1} <bind = "a:1">'],
  ["bind='a'\r\nx = 1\r\n", "bind a{a} <bind='a'>"],
  ['bind = "a" # why', 'bind a{a} <bind = "a" # why>'],
  ['bind = "a"\nbind = "b"', 'bind b{b} <bind = "b">'],
  ['bind: str = "a"', 'bind a{a} <bind: str = "a">'],
  ['\uFEFFbind = "鯨"', 'bind 鯨{鯨} <bind = "鯨">'],
  ['bind = ""', 'bind {} <bind = "">'],
  ['bind = f"a"', 'bind -{-} <bind = f"a">'],
  ['bind = "a" + b', 'bind -{-} <bind = "a" + b>'],
  ['bind = "a" "b"', 'bind -{-} <bind = "a" "b">'],
  ['bind = "a\\n"', 'bind -{-} <bind = "a\\n">'],
  ['bind = """a"""', 'bind -{-} <bind = """a""">'],
  ['bind = ["a"]', 'bind -{-} <bind = ["a"]>'],
  ['bind == "a"', 'none'],
  ['bindings = "a"', 'none'],
  ['if x:\n    bind = "a"', 'none'],
  ['# bind = "a"', 'none'],
  ['"""\nbind = "a"\n"""', 'none'],
  ["'''\nbind = \"a\"\n'''\nbind = 'b'", "bind b{b} <bind = 'b'>"],
  ['x = """ \\"""\nbind = "a"\n"""', 'none'],
  ['x = [\nbind = "a"\n]', 'none'],
  ['x = "[" # (\nbind = "a"', 'bind a{a} <bind = "a">'],
  ["x = 'it\nbind = 'a'", "bind a{a} <bind = 'a'>"],
]);

const says = (text: string): string => {
  const file = read('python', text);
  return (
    [file.imports('flask') ? 'imports' : '', file.calls('app.run') ? 'calls' : ''].filter(Boolean).join(' ') || 'none'
  );
};

table('What a Python file imports and calls', says, [
  ['from flask import Flask\napp.run()', 'imports calls'],
  ['import flask.views as v\r\nif x:\r\n    app.run(\r\n        debug=True)', 'imports calls'],
  ['import flasks\nmyapp.run()\nprint(app.run())', 'none'],
  ['# import flask\n# app.run()', 'none'],
  ['from flask_login import x\napp.runner()', 'none'],
]);
