import { insertAfter, suggestion } from '../../edit.js';
import type { Part, Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'env-path-overwritten',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['env', 'correctness'],
  since: 'next',
  summary: 'Add to PATH, do not replace it.',
  docs: `
PATH says where programs are found. An ENV that replaces it takes away \`ls\`, \`sh\` and the package manager for every RUN
below it and for the container: they end in \`not found\`.

Append the old value: \`ENV PATH=/opt/app/bin:$PATH\`.`,
  sources: {
    'ENV reference': 'https://docs.docker.com/reference/dockerfile/#env',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A folder of one’s own and nothing else',
      bad: `
        FROM python:3.12-slim
        ENV PATH=«/opt/venv/bin»
        CMD ["python", "main.py"]`,
      good: `
        FROM python:3.12-slim
        ENV PATH=/opt/venv/bin:$PATH
        CMD ["python", "main.py"]`,
    },
    {
      title: 'Folders of the system are not all there, and another variable does not help',
      bad: `
        FROM eclipse-temurin:21
        ENV APP=/app PATH=«"$APP/bin:/usr/local/bin"»`,
      good: `
        FROM eclipse-temurin:21
        ENV APP=/app PATH="$APP/bin:/usr/local/bin":$PATH`,
    },
    {
      title: 'The old value is kept',
      good: `
        FROM python:3.12-slim
        ENV PATH=/opt/venv/bin:$PATH
        ENV PATH="\${PATH}:/opt/tools"`,
    },
    {
      title: 'The folders of the system are named, or kept in another variable',
      good: `
        FROM python:3.12-slim
        ENV SYSTEM_PATH=/usr/local/bin:/usr/bin:/bin
        ENV PATH=/opt/venv/bin:/usr/local/bin:/usr/bin:/bin
        ENV PATH=/opt/venv/bin:$SYSTEM_PATH
        ENV PATH=$ORIGINAL_PATH`,
    },
    {
      title: 'Images without programs, and Windows',
      good: `
        FROM scratch AS one
        ENV PATH=/app
        FROM gcr.io/distroless/static-debian12 AS two
        ENV PATH=/app
        FROM mcr.microsoft.com/windows/servercore:ltsc2022
        ENV PATH=C:/app`,
    },
  ],
  *check(file) {
    for (const node of file.allWithTriggers('ENV')) {
      const { family } = node.state;
      if (family === 'none' || family === 'windows') continue;
      for (const { name, value } of node.pairs) {
        if (name.text !== 'PATH' || !value || keepsPath(value)) continue;
        const text = node.valueOf(value) ?? value.text;
        if (text === '' || text.split(':').some((folder) => /^(\/usr)?\/bin\/?$/.test(folder))) continue;
        yield {
          at: value,
          message: say`This replaces PATH, so the programs of the system are no longer found.`,
          fix: suggestion('Append the old PATH', insertAfter(value, ':$PATH')),
        };
      }
    }
  },
});

/** Whether a variable in the value may hold the folders of the system, one that is half typed included. */
const keepsPath = ({ parts, text }: Word): boolean =>
  text.lastIndexOf('${') > text.lastIndexOf('}') ||
  parts.some((part: Part) => part.kind === 'variable' && /path/i.test(part.name));
