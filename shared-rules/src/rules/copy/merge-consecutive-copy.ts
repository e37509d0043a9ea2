import { insertAfter, insertBefore, removeLines, suggestion, type Fix } from '../../edit.js';
import { isFetched } from '../../knowledge/sources.js';
import type { Instruction, Instructions } from '../../model/index.js';
import { rule, say } from '../../rule.js';
import type { Workspace } from '../../workspace.js';

type Copy = Instructions['COPY'];

export default rule({
  id: 'merge-consecutive-copy',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'recommended',
  tags: ['copy', 'layers'],
  since: 'next',
  summary: 'Copy files that go to the same folder with one COPY.',
  docs: `
Every COPY makes a layer. Several in a row that bring single files to the same folder make several layers where one would
do, and more lines to read.

Name all files in one COPY, with a slash at the end of the folder. Leave apart what is meant to come from the build cache
apart, such as the list of dependencies before the rest; folders cannot be joined, since COPY takes their content.`,
  sources: {
    'Dockerfile reference, "COPY"': 'https://docs.docker.com/reference/dockerfile/#copy',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'Two files to one folder',
      bad: `
        FROM nginx:1.29
        COPY nginx.conf /etc/nginx/
        «COPY» mime.types /etc/nginx/
        EXPOSE 8080`,
      good: `
        FROM nginx:1.29
        COPY nginx.conf mime.types /etc/nginx/
        EXPOSE 8080`,
    },
    {
      title: 'More than two, with equal flags',
      bad: `
        FROM debian:12
        COPY --chown=app --chmod=755 a.sh b.sh /usr/local/bin/
        «COPY» --chmod=755 --chown=app c.sh /usr/local/bin/
        «COPY» --chown=app --chmod=755 d.sh /usr/local/bin
        CMD ["a.sh"]`,
      good: `
        FROM debian:12
        COPY --chown=app --chmod=755 a.sh b.sh c.sh d.sh /usr/local/bin/
        CMD ["a.sh"]`,
    },
    {
      title: 'Other flags or another folder',
      good: `
        FROM debian:12
        COPY a.sh /usr/local/bin/
        COPY --chmod=755 b.sh /usr/local/bin/
        COPY --chown=app c.sh /usr/local/bin/
        COPY --from=build d.sh /usr/local/bin/
        COPY e.sh /usr/local/sbin/
        COPY f.sh /usr/local/sbin/f`,
    },
    {
      title: 'Manifests that are cached apart',
      good: `
        FROM node:22
        WORKDIR /app
        COPY package.json ./
        COPY package-lock.json ./
        RUN npm ci`,
    },
    {
      title: 'Folders',
      files: { config: '', 'docs/a.md': '', LICENSE: '' },
      good: `
        FROM debian:12
        COPY src/ /app/
        COPY main.sh /app/
        COPY docs /app/
        COPY lib.d /app/
        COPY . /app/`,
    },
    {
      title: 'A comment or something else between, heredocs, and JSON',
      good: `
        FROM debian:12
        COPY a.conf /etc/app/
        # the other one
        COPY b.conf /etc/app/
        ENV A=a
        COPY c.conf /etc/app/
        COPY <<EOF /etc/app/
        d
        EOF
        COPY ["e.conf", "/etc/app/"]`,
    },
  ],
  *check(file, { workspace }) {
    for (const copy of file.all('COPY')) {
      const above = copy.previous;
      if (above?.keyword !== 'COPY' || copy.hasCommentAbove || !areAlike(above, copy)) continue;
      if (![above, copy].every((node) => bringsFiles(node, workspace))) continue;
      if (isCachedApart(copy)) continue;
      yield {
        at: copy.head,
        message: say`The COPY above brings files to the same folder.`,
        fix: () => joined(above, copy),
      };
    }
  },
});

const flagsOf = ({ flags }: Copy): string =>
  flags
    .map(({ name, value }) => `${name}=${value?.text ?? ''}`)
    .sort()
    .join(' ');

function areAlike(first: Copy, second: Copy): boolean {
  const [one, two] = [first, second].map(({ target }) => target?.text);
  if (one === undefined || two === undefined || first.isJson || second.isJson) return false;
  // At least one says by its slash that it is a folder.
  if (!one.endsWith('/') && !two.endsWith('/') && one !== '.') return false;
  return one.replace(/\/+$/, '') === two.replace(/\/+$/, '') && flagsOf(first) === flagsOf(second);
}

/** Whether all sources are single files, by what lies there or by their names. */
function bringsFiles(copy: Copy, workspace: Workspace): boolean {
  if (copy.heredocs.length > 0 || copy.isContinued || copy.sources.length === 0) return false;
  return copy.sources.every(({ text, literal }) => {
    if (!literal || isFetched(text) || text.endsWith('/')) return false;
    const name = text.slice(text.lastIndexOf('/') + 1);
    if (copy.from) return FILE.test(name);
    const folder = text.slice(0, Math.max(0, text.lastIndexOf('/'))).replace(/^\.?\/?/, '');
    return FILE.test(name) && workspace.list(folder)?.includes(`${name}/`) !== true;
  });
}

/** A name with an ending that files have. */
const FILE = /^[^*?[]+\.(?!d$)[A-Za-z]\w{0,7}$/;

const MANIFEST =
  /^(package.*\.json|.*\.lock|yarn\.lock|pnpm-.*\.yaml|requirements.*\.txt|go\.(mod|sum)|Gemfile|pom\.xml|.*\.gradle(\.kts)?|Cargo\.toml|pyproject\.toml|composer\.json|.*proj|.*\.sln|mix\.exs)$/;

/** Whether a manifest is among the files, for which the RUN behind it comes from the cache. */
function isCachedApart(copy: Copy): boolean {
  const row: Copy[] = [copy];
  for (let node: Instruction | undefined = copy.previous; node?.keyword === 'COPY'; node = node.previous)
    row.push(node);
  for (let node: Instruction | undefined = copy.next; node?.keyword === 'COPY'; node = node.next) row.push(node);
  return row.some(({ sources }) => sources.some(({ text }) => MANIFEST.test(text.slice(text.lastIndexOf('/') + 1))));
}

function joined(above: Copy, copy: Copy): Fix | undefined {
  const { target } = above;
  if (!target) return undefined;
  const names = copy.sources.map((word) => copy.written(word)).join(' ');
  const slash = target.text.endsWith('/') ? [] : [insertAfter(target, '/')];
  return suggestion('Copy with the COPY above', insertBefore(target, `${names} `), ...slash, removeLines(copy));
}
