import { addLineAfter, addLineBefore, fix, insertBefore, removeLines, replace, suggestion } from '../../edit.js';
import type { IgnoreFile, IgnorePattern } from '../../model/index.js';
import { rule, say, type Finding } from '../../rule.js';
import type { Workspace } from '../../workspace.js';

export default rule({
  id: 'dockerignore-syntax',
  kinds: ['dockerignore'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['context'],
  since: '0.1.0',
  summary: 'Write .dockerignore by its own rules, which are not those of .gitignore.',
  docs: `
A \`.dockerignore\` looks like a \`.gitignore\` and works otherwise, so a line carried over may keep nothing out, and nobody
notices: secrets and folders of gigabytes go into the image.

- A comment stands on a line of its own. Behind a pattern it becomes part of it, and the pattern matches nothing.
- A pattern counts from the root of the context: \`node_modules\` leaves \`web/node_modules\` in, \`**/node_modules\` does not.
- The last pattern that matches decides, so an exception (\`!path\`) stands below what it is an exception to.
- A path with \`../\` matches nothing, since all paths lie in the context.

Unlike with git, an exception works below an excluded folder as well.`,
  sources: {
    '.dockerignore files': 'https://docs.docker.com/build/concepts/context/#dockerignore-files',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A comment behind a pattern',
      bad: `
        dist
        «node_modules # installed in the image»`,
      good: `
        dist
        # installed in the image
        node_modules`,
    },
    {
      title: 'A comment that is indented',
      bad: `
        dist
          «# logs»
        *.log`,
    },
    {
      title: 'An exception above what it is an exception to',
      bad: `
        «!docs/readme.md»
        «!*.json»
        docs
        *
        dist`,
      good: `
        docs
        *
        dist
        !docs/readme.md
        !*.json`,
      except: ['without a final line break'],
    },
    {
      title: 'Twice the same',
      bad: `
        dist
        *.log
        «./dist/»`,
      good: `
        dist
        *.log`,
      except: ['without a final line break'],
    },
    {
      title: 'Out of the context',
      bad: `
        «../secrets»
        dist`,
    },
    {
      title: 'Only in the root, while there is more further below',
      files: { 'web/node_modules/a.js': '', 'packages/api/app.log': '', 'app.log': '' },
      bad: `
        «node_modules»
        «*.log»`,
      good: `
        **/node_modules
        **/*.log`,
    },
    {
      title: 'Nothing lies further below, or it is kept out as well',
      files: { 'node_modules/a/node_modules/b.js': '', 'web/app.log': '', 'docs/.DS_Store': '' },
      good: `
        node_modules
        *.log
        web
        **/.DS_Store
        .DS_Store`,
    },
    {
      title: 'Patterns that say where they look, and names that may be meant for the root alone',
      files: { 'web/node_modules/a.js': '', 'web/dist/a.js': '', 'web/README.md': '' },
      good: `
        /node_modules/**
        web/*/a
        README.md
        dist`,
    },
    {
      title: 'Exceptions that work: below a folder that is kept out, and taken back in the end',
      good: `
        *
        !src
        src/secret
        !src/secret/public.txt
        docs
        !docs`,
    },
    {
      title: 'The same again after an exception, a leading slash, escapes and a number sign in a name',
      good: `
        # a comment
        !docs
        docs/*.log
        !docs
        /dist
        my\\ file
        c#
        #tmp#`,
    },
    {
      title: 'A file that is really called so',
      files: { 'notes # 1': '' },
      good: `
        notes # 1`,
    },
  ],
  *check(file, { workspace }) {
    const tree = rootOnly(file).length > 0 ? deepPaths(file, workspace) : [];
    for (const pattern of file.patterns) {
      const finding =
        remark(pattern, workspace) ??
        outside(pattern) ??
        tooEarly(file, pattern) ??
        repeated(file, pattern) ??
        tooShallow(file, pattern, tree);
      if (finding) yield finding;
    }
  },
});

function remark(at: IgnorePattern, workspace: Workspace): Finding | undefined {
  if (!at.remark || workspace.has(at.text) === true) return undefined;
  const { text, patternBefore } = at.remark;
  if (patternBefore === '')
    return { at, message: say`An indented # begins no comment: this is a pattern that matches nothing.` };
  return {
    at,
    message: say`${text} is no comment but part of the pattern, which matches nothing.`,
    fix: suggestion('Put the comment above', addLineBefore(at, text), replace(at, patternBefore)),
  };
}

const outside = (at: IgnorePattern): Finding | undefined =>
  at.text === '..' || at.text.startsWith('../')
    ? { at, message: say`${at.text} lies outside of the build context, so it matches nothing.` }
    : undefined;

/** Patterns that match every path there is. */
const EVERYTHING: ReadonlySet<string> = new Set(['*', '**', '**/*']);

function tooEarly(file: IgnoreFile, at: IgnorePattern): Finding | undefined {
  const last = file.patterns.at(-1);
  const below = file.patterns.slice(file.patterns.indexOf(at) + 1);
  if (!at.negated || !last || below.length === 0) return undefined;
  const deciding = /[*?[\\]/.test(at.text)
    ? below.findLast(({ text, negated }) => !negated && EVERYTHING.has(text))
    : file.ignoring(at.text);
  if (!deciding || !below.includes(deciding)) return undefined;
  return {
    at,
    message: say`The last pattern that matches decides, so ${deciding.text} below undoes this exception.`,
    related: [{ at: deciding, message: say`The pattern stands here.` }],
    fix: suggestion('Move the exception to the end', removeLines(at), addLineAfter(last, `!${at.text}`)),
  };
}

function repeated(file: IgnoreFile, at: IgnorePattern): Finding | undefined {
  const index = file.patterns.indexOf(at);
  const first = file.patterns.findLastIndex(
    ({ text, negated }, place) => place < index && text === at.text && negated === at.negated,
  );
  // What stands between may have taken it back.
  const isTakenBack = file.patterns.slice(first, index).some(({ negated }) => negated !== at.negated);
  if (first < 0 || isTakenBack) return undefined;
  return {
    at,
    message: say`${at.text} stands above already.`,
    severity: 'hint',
    fix: fix('Remove the line', removeLines(at)),
  };
}

/** Names that mean the same wherever they lie. Sources: the .gitignore templates of github/gitignore. */
const ANYWHERE =
  /^(node_modules|__pycache__|\.DS_Store|Thumbs\.db|\.(env(\..*)?|venv|git|idea|vscode|terraform|gradle|pytest_cache|mypy_cache|ruff_cache|next|turbo|svn)|\*\.(pyc|pyo|log|swp|bak|tmp|pem|key|class|tfstate|egg-info))$/;

const rootOnly = ({ patterns }: IgnoreFile): readonly IgnorePattern[] =>
  patterns.filter(({ text, negated }) => !negated && ANYWHERE.test(text));

/** Enough to find an example, and few enough to be read at once. */
const MOST_FOLDERS = 40;

/** The paths one and two folders below the root, in folders that go into the build. */
function deepPaths(file: IgnoreFile, workspace: Workspace): readonly string[] {
  const paths: string[] = [];
  let folders = foldersIn('', file, workspace);
  for (let depth = 0; depth < 2; depth += 1) {
    const next: string[] = [];
    for (const folder of folders.slice(0, MOST_FOLDERS)) {
      paths.push(...(workspace.list(folder) ?? []).map((name) => `${folder}/${name.replace(/\/$/, '')}`));
      next.push(...foldersIn(folder, file, workspace));
    }
    folders = next;
  }
  return paths;
}

const foldersIn = (folder: string, file: IgnoreFile, workspace: Workspace): readonly string[] =>
  (workspace.list(folder) ?? [])
    .filter((name) => name.endsWith('/'))
    .map((name) => (folder === '' ? name.slice(0, -1) : `${folder}/${name.slice(0, -1)}`))
    .filter((path) => !file.ignoring(path) && !ANYWHERE.test(path.slice(path.lastIndexOf('/') + 1)));

function tooShallow(file: IgnoreFile, at: IgnorePattern, tree: readonly string[]): Finding | undefined {
  if (at.negated || !ANYWHERE.test(at.text)) return undefined;
  const ending = at.text.startsWith('*') ? at.text.slice(1) : `/${at.text}`;
  const missed = tree.find((path) => path.endsWith(ending) && !file.ignoring(path));
  if (missed === undefined) return undefined;
  return {
    at,
    message: say`${at.text} is kept out in the root alone; ${missed} goes into the build.`,
    severity: 'hint',
    fix: suggestion('Keep it out of every folder', insertBefore(at, '**/')),
  };
}
