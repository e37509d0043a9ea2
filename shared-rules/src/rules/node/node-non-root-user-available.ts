import { removeLines, replace, suggestion, type Edit, type Fix } from '../../edit.js';
import { operandsOf } from '../../knowledge/commands.js';
import { officialName } from '../../knowledge/images.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import type { Command, Instructions, Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'node-non-root-user-available',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'recommended',
  tags: ['node', 'user'],
  since: 'next',
  summary: 'Use the user node that the Node.js images bring along.',
  docs: `
The official Node.js images have a user \`node\` for running programs without root, with the number 1000 and a home. One
more user is one more layer, and gets the number 1001, which does not fit the files that others have given to 1000.

Leave the creation out and write \`USER node\`. Where another number is wanted, name it (\`useradd -u 10001 app\`): then
nothing is said.`,
  sources: {
    'Docker and Node.js best practices, "Non-root User"':
      'https://github.com/nodejs/docker-node/blob/main/docs/BestPractices.md#non-root-user',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: "A user of one's own",
      bad: `
        FROM node:22-slim
        RUN «useradd -m app»
        USER app
        CMD ["node", "server.js"]`,
      good: `
        FROM node:22-slim
        USER node
        CMD ["node", "server.js"]`,
    },
    {
      title: 'On Alpine, with a group, among other commands',
      bad: `
        FROM node:22-alpine
        RUN apk add --no-cache tini && addgroup -S app && «adduser -S -G app app»
        COPY --chown=app . /app
        USER app
        CMD ["node", "server.js"]`,
    },
    {
      title: 'The user is given the files, but runs nothing',
      bad: `
        FROM node:22
        COPY «--chown=node:node» . /app
        CMD ["node", "server.js"]`,
    },
    {
      title: 'The user that is there',
      good: `
        FROM node:22
        COPY --chown=node:node . /app
        USER node
        CMD ["node", "server.js"]`,
    },
    {
      title: 'A number on purpose',
      good: `
        FROM node:22
        RUN useradd --uid 10001 app && adduser -u 10002 -D other
        USER app
        CMD ["node", "server.js"]`,
    },
    {
      title: 'Another base image, another stage, a stage for development',
      good: `
        FROM node:22 AS build
        RUN useradd app
        FROM debian:12
        RUN useradd app
        USER app`,
    },
  ],
  *check(file) {
    const stage = file.finalStage;
    const image = stage?.rootImage;
    if (!stage || !image || isForDevelopment(stage, file)) return;
    if (officialName(image.resolved?.name ?? image.name) !== 'node' || stage.start.family === 'windows') return;
    for (const node of stage.instructions) {
      if (node.keyword === 'RUN') {
        for (const command of node.commands) {
          if (!isCreation(command)) continue;
          yield {
            at: command,
            message: say`The image has a user for this: node, with the number 1000.`,
            fix: useNode(stage, node, command),
          };
        }
      }
      if ((node.keyword !== 'COPY' && node.keyword !== 'ADD') || stage.effective('USER')) continue;
      const flag = node.flag('chown');
      if (flag && /^(node|1000)(:|$)/.test(flag.value?.text ?? ''))
        yield { at: flag, message: say`The files are for node, but the image runs as root: there is no USER node.` };
    }
  },
});

const isCreation = (command: Command): boolean =>
  (command.program.text === 'useradd' || command.program.text === 'adduser') &&
  !command.has('-u', '--uid', '-r', '--help') &&
  // `adduser user group` puts one that is there into a group.
  operandsOf(command).length === 1 &&
  operandsOf(command)[0]?.text !== 'node';

/** Only where the RUN makes nothing but the user, and nothing but USER names it. */
function useNode(stage: Stage, run: Instructions['RUN'], creation: Command): Fix | undefined {
  const name = operandsOf(creation)[0];
  if (!name?.literal || run.commands.some(({ program }) => !CREATING.includes(program.text))) return undefined;
  const edits: Edit[] = [];
  for (const node of stage.instructions) {
    if (node === run) continue;
    if (node.keyword === 'USER' && node.name.text === name.text && !node.group) edits.push(replace(node.name, 'node'));
    else if (node.body.text.includes(name.text) || node.flags.some(({ value }) => value?.text.includes(name.text)))
      return undefined;
  }
  return edits.length > 0 ? suggestion('Use the user node', removeLines(run), ...edits) : undefined;
}

const CREATING = ['useradd', 'adduser', 'groupadd', 'addgroup'];
