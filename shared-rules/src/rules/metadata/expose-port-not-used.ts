import { replaceIn, suggestion } from '../../edit.js';
import { portsOf } from '../../knowledge/servers.js';
import { appendedTo, mainCommand, startsIn } from '../../knowledge/start.js';
import { backFrom, type Instructions, type Stage, type Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'expose-port-not-used',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['metadata', 'network'],
  since: 'next',
  summary: 'Expose the port that the server listens on.',
  docs: `
EXPOSE opens nothing; it tells people and tools where the server listens. Where it names another port, \`docker run -P\`,
Compose, test containers and reverse proxies that read it connect to a port where nobody answers.

Name the port of the command line, or have the server listen on the exposed one. Nothing is said where the port cannot be
known, where the server listens on several, or where one of several exposed ports is the right one.`,
  sources: {
    'EXPOSE reference': 'https://docs.docker.com/reference/dockerfile/#expose',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'Another port than that of the command line',
      bad: `
        FROM python:3.12-slim
        EXPOSE «80»
        CMD ["gunicorn", "--bind", "0.0.0.0:8000", "app:api"]`,
      good: `
        FROM python:3.12-slim
        EXPOSE 8000
        CMD ["gunicorn", "--bind", "0.0.0.0:8000", "app:api"]`,
    },
    {
      title: 'With a protocol, and a port in a variable of the image',
      bad: `
        FROM node:22
        ENV PORT=8080
        EXPOSE «3000/tcp»
        CMD ["node", "server.js"]`,
      good: `
        FROM node:22
        ENV PORT=8080
        EXPOSE 8080/tcp
        CMD ["node", "server.js"]`,
    },
    {
      title: 'A port by default',
      bad: `
        FROM python:3.12-slim
        EXPOSE «8080»
        CMD ["streamlit", "run", "app.py"]`,
      good: `
        FROM python:3.12-slim
        EXPOSE 8501
        CMD ["streamlit", "run", "app.py"]`,
    },
    {
      title: 'The right port, alone or among others',
      good: `
        FROM python:3.12-slim AS one
        EXPOSE 8000 9090
        CMD ["gunicorn", "--bind", "0.0.0.0:8000", "app:api"]
        FROM python:3.12-slim AS two
        ARG PORT=8000
        EXPOSE $PORT
        CMD ["uvicorn", "app:api", "--host", "0.0.0.0", "--port", "8000"]
        FROM python:3.12-slim
        EXPOSE 8000-8010
        CMD ["uvicorn", "app:api", "--host", "0.0.0.0", "--port", "8005"]`,
    },
    {
      title: 'A port that nobody can know',
      good: `
        FROM python:3.12-slim AS one
        EXPOSE 80
        CMD exec gunicorn --bind 0.0.0.0:$PORT app:api
        FROM python:3.12-slim AS two
        EXPOSE 80
        CMD ["gunicorn", "app:api"]
        FROM node:22 AS three
        EXPOSE 3000
        CMD ["node", "server.js"]
        FROM python:3.12-slim
        EXPOSE $APP_PORT
        CMD ["gunicorn", "--bind", "0.0.0.0:8000", "app:api"]`,
    },
    {
      title: 'Several listeners',
      good: `
        FROM python:3.12-slim AS one
        EXPOSE 80
        CMD ["gunicorn", "-b", "0.0.0.0:8000", "-b", "0.0.0.0:8001", "app:api"]
        FROM nginx:1.27
        EXPOSE 80
        CMD service nginx start && exec uvicorn app:api --port 8000 --host 0.0.0.0`,
    },
    {
      title: 'A stage for development, and a protocol that is another',
      good: `
        FROM python:3.12-slim AS dev
        EXPOSE 80
        CMD ["flask", "run", "--host", "0.0.0.0"]
        FROM python:3.12-slim
        EXPOSE 5353/udp
        CMD ["gunicorn", "--bind", "0.0.0.0:8000", "app:api"]`,
    },
  ],
  *check(file) {
    const told = new Set<Word>();
    for (const { stage, node } of startsIn(file)) {
      const command = mainCommand(node);
      // Whatever is started beside it may be what the ports are for.
      if (!command || node.commands.some((other) => other !== command && !command.wrappers.includes(other))) continue;
      const ports = portsOf(command, stage.result.env, appendedTo(node, stage));
      const [port, ...more] = ports ?? [];
      if (port === undefined || more.length > 0) continue;
      const exposed = exposedIn(stage);
      if (exposed.some(({ from, to }) => from === undefined || (from <= port && port <= (to ?? from)))) continue;
      for (const { word, from = 0, to } of exposed) {
        if (told.has(word)) continue;
        told.add(word);
        yield {
          at: word,
          message: say`Nothing listens on ${word.text}: ${command.program.text} listens on ${port}.`,
          fix:
            exposed.length === 1 && word.literal && to === undefined
              ? suggestion(`Expose ${port}`, replaceIn(word, String(from), String(port)))
              : undefined,
        };
      }
    }
  },
});

interface Exposed {
  readonly word: Word;
  /** Undefined where nobody can tell. */
  readonly from: number | undefined;
  readonly to: number | undefined;
}

/** The TCP ports that the stage and those it is based on expose. */
const exposedIn = (stage: Stage): readonly Exposed[] =>
  [...backFrom(stage)].flatMap((node) => (node.keyword === 'EXPOSE' ? portsIn(node) : []));

const portsIn = (node: Instructions['EXPOSE']): readonly Exposed[] =>
  node.words.flatMap((word): readonly Exposed[] => {
    const text = node.valueOf(word);
    if (text === undefined) return [{ word, from: undefined, to: undefined }];
    const found = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(\w+))?$/.exec(text);
    if (!found || (found[3] ?? 'tcp').toLowerCase() !== 'tcp') return [];
    return [{ word, from: Number(found[1]), to: found[2] === undefined ? undefined : Number(found[2]) }];
  });
