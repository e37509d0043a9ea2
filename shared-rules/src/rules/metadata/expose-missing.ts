import { addInstructionBefore, suggestion } from '../../edit.js';
import { exposesItself } from '../../knowledge/images.js';
import { listenersOf, portsOf } from '../../knowledge/servers.js';
import { appendedTo, mainCommand, startsIn } from '../../knowledge/start.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'expose-missing',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'recommended',
  tags: ['metadata', 'network'],
  since: 'next',
  summary: 'Say by EXPOSE on which port the server of the image listens.',
  docs: `
Nothing in the image says where its server listens. Who runs it has to read the source to find the port, and \`docker run -P\`,
proxies and test containers that go by EXPOSE find none.

Add \`EXPOSE\` with the port of the command line. It opens nothing by itself.`,
  sources: {
    'EXPOSE reference': 'https://docs.docker.com/reference/dockerfile/#expose',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A port of the command line',
      bad: `
        FROM python:3.12-slim
        CMD ["gunicorn", "--bind", "«0.0.0.0:8000»", "app:api"]`,
      good: `
        FROM python:3.12-slim
        EXPOSE 8000
        CMD ["gunicorn", "--bind", "0.0.0.0:8000", "app:api"]`,
    },
    {
      title: 'A port in a variable of the image',
      bad: `
        FROM node:22
        ENV PORT=8080
        CMD ["«node»", "server.js"]`,
      good: `
        FROM node:22
        ENV PORT=8080
        EXPOSE 8080
        CMD ["node", "server.js"]`,
    },
    {
      title: 'A port that is exposed, here or in the stage it starts from',
      good: `
        FROM python:3.12-slim AS base
        EXPOSE 8000
        FROM base
        CMD ["gunicorn", "--bind", "0.0.0.0:8000", "app:api"]`,
    },
    {
      title: 'A base image that exposes it',
      good: `
        FROM redis:7
        CMD ["redis-server", "--port", "6379"]`,
    },
    {
      title: 'A port that only the run time knows',
      good: `
        FROM python:3.12-slim AS one
        CMD exec gunicorn --bind 0.0.0.0:$PORT app:api
        FROM node:22
        CMD ["node", "server.js"]`,
    },
    {
      title: 'A stage that is not the final one, and a server that nobody outside reaches',
      good: `
        FROM python:3.12-slim AS one
        CMD ["gunicorn", "--bind", "0.0.0.0:8000", "app:api"]
        FROM python:3.12-slim
        CMD ["gunicorn", "--bind", "unix:/run/app.sock", "app:api"]`,
    },
  ],
  *check(file) {
    for (const { stage, node } of startsIn(file)) {
      const { rootImage } = stage;
      if (!stage.isFinal || stage.effective('EXPOSE') || stage.start.family === 'windows') continue;
      if (rootImage && exposesItself(rootImage.resolved?.name ?? rootImage.name)) continue;
      const command = mainCommand(node);
      if (!command) continue;
      const more = appendedTo(node, stage);
      const [port, ...others] = portsOf(command, stage.result.env, more) ?? [];
      const [listener] = listenersOf(command, stage.result.env, more);
      if (port === undefined || others.length > 0 || !listener) continue;
      yield {
        at: listener.portAt ?? listener.at ?? command.program,
        message: say`Nothing says that the image listens on ${port}.`,
        fix: suggestion(`Expose ${port}`, addInstructionBefore(node, `EXPOSE ${port}`)),
      };
    }
  },
});
