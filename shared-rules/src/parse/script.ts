import { interpreterOf, isPosix, shellOf } from '../knowledge/shells.js';
import type { Comment, Located, Problem, Span } from '../model/file.js';
import type { Command, Script, Shell, ShellScript, ShellText } from '../model/shell.js';
import type { State } from '../model/state.js';
import { placeScript } from './commands.js';
import { Scope } from './environment.js';
import { placeJoined, placeShellText } from './place.js';
import type { ShellReader } from './shell.js';
import { lineEndingOf, withoutReturns } from './text.js';

/** Reads a script in a file of its own. One that no POSIX shell reads has no statements. */
export const parseShellScript = (path: string, text: string, reader: ShellReader | undefined): ShellScript =>
  new ShellScriptNode(path, text, reader);

class ShellScriptNode implements ShellScript {
  readonly kind = 'shell';
  readonly span: Span;
  readonly lineEnding: '\n' | '\r\n';
  readonly shell: Shell;
  readonly script: Script;
  readonly shellText: ShellText | undefined;
  readonly problems: readonly Problem[] = [];

  constructor(
    readonly path: string,
    readonly text: string,
    reader: ShellReader | undefined,
  ) {
    this.span = { start: 0, end: text.length };
    this.lineEnding = lineEndingOf(text);
    const body = text.startsWith('\uFEFF') ? 1 : 0;
    const content = withoutReturns(text.slice(body));
    const interpreter = interpreterOf(content.text);
    this.shell = interpreter === undefined ? 'sh' : shellOf(interpreter);
    const place = placeJoined(content, body);
    this.shellText = isPosix(this.shell) ? placeShellText(content.text, interpreter ?? 'sh', place) : undefined;
    const home = reader && { place, state: stateOf(this.shell), reader };
    this.script =
      home && isPosix(this.shell)
        ? placeScript(home.reader.read(content.text), home)
        : { span: this.span, statements: [], substituted: [], commands: [], comments: [], readable: false };
  }

  get comments(): readonly Comment[] {
    return this.script.comments;
  }

  partAfter(comment: Comment): Located | undefined {
    const { statements } = this.script;
    return (
      statements.find(({ span }) => span.start <= comment.span.start && comment.span.end <= span.end) ??
      statements.find(({ span }) => span.start > comment.span.start)
    );
  }

  partAt(at: Located): Located | undefined {
    return this.script.statements.find(({ span }) => span.start <= at.span.start && at.span.start <= span.end);
  }

  *commands(...programs: readonly string[]): Iterable<Command> {
    for (const command of this.script.commands) {
      if (programs.length === 0 || programs.includes(command.program.text)) yield command;
    }
  }
}

const stateOf = (shell: Shell): State => ({
  shell: { known: true, value: shell },
  shellWords: [shell],
  user: { known: false },
  workdir: { known: false },
  env: new Scope(undefined).now(),
  platform: { known: false },
  family: 'unknown',
});
