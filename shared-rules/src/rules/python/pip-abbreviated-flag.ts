import { fix, replace } from '../../edit.js';
import { PIP } from '../../knowledge/pip.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'pip-abbreviated-flag',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'recommended',
  tags: ['python', 'packages', 'style'],
  since: 'next',
  summary: 'Write --no-cache-dir in full.',
  docs: `
pip has no flag \`--no-cache\`. It takes it because it is the beginning of \`--no-cache-dir\` and of nothing else; the day pip
gets another flag that begins like it, the build stops. Those who look for the flag in a file do not find it, either.

Write \`--no-cache-dir\`. For apk and uv, \`--no-cache\` is the real name.`,
  sources: {
    'pip, "Caching"': 'https://pip.pypa.io/en/stable/topics/caching/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'The beginning of a flag',
      bad: `
        FROM python:3.13
        RUN pip install «--no-cache» flask`,
      good: `
        FROM python:3.13
        RUN pip install --no-cache-dir flask`,
    },
    {
      title: 'By the module, in an exec form, in a trigger',
      bad: `
        FROM python:3.13
        RUN ["python", "-m", "pip", "«--no-cache»", "install", "flask"]
        ONBUILD RUN sudo pip3 wheel «--no-cache» .`,
      good: `
        FROM python:3.13
        RUN ["python", "-m", "pip", "--no-cache-dir", "install", "flask"]
        ONBUILD RUN sudo pip3 wheel --no-cache-dir .`,
    },
    {
      title: 'In full, and where it is a flag of its own',
      good: `
        FROM python:3.13-alpine
        RUN apk add --no-cache git && uv pip install --no-cache flask && pip install --no-cache-dir flask`,
    },
  ],
  *check(file) {
    for (const { args } of file.runCommands(...PIP)) {
      for (const word of args) {
        if (word.text !== '--no-cache') continue;
        yield {
          at: word,
          message: say`pip knows --no-cache only as the beginning of --no-cache-dir.`,
          fix: fix({ title: 'Write --no-cache-dir', changes: ['package caches'] }, replace(word, '--no-cache-dir')),
        };
      }
    }
  },
});
