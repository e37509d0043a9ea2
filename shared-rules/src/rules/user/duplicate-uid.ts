import { isOfficial } from '../../knowledge/images.js';
import { isRoot, newGroup, newUser } from '../../knowledge/users.js';
import { runsAnyway, type Stage, type Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'duplicate-uid',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['security', 'users'],
  since: 'next',
  peers: { dockle: ['DKL-LI-0002'] },
  summary: 'Give every user and every group a number of its own.',
  docs: `
For the kernel the number is the user: two names with one number own each other's files, and a second name with number 0
is root, whatever it is called. Where the base image has the number already, useradd fails and the build with it:
\`node\` has 1000 in the Node images, \`ubuntu\` has it in Ubuntu from 23.04 on.

Take another number, above 10000 to stay clear of the host's users, or use the user that is there.`,
  sources: {
    'useradd(8)': 'https://man7.org/linux/man-pages/man8/useradd.8.html',
    'Node images, "Non-root user"':
      'https://github.com/nodejs/docker-node/blob/main/docs/BestPractices.md#non-root-user',
  },
  examples: [
    {
      title: 'One number for two users, one for two groups',
      bad: `
        FROM debian:12
        RUN groupadd -g 1500 one && groupadd -o -g «1500» two
        RUN useradd -u 1500 one && useradd -o -u «1500» two`,
    },
    {
      title: 'A second root, and the stage that this one starts from',
      bad: `
        FROM alpine:3.20 AS base
        RUN adduser -D -u 1500 one
        FROM base
        RUN adduser -D -u «1500» two
        RUN useradd --non-unique --uid «0» admin`,
    },
    {
      title: 'A number that the base image has',
      bad: `
        FROM node:22 AS one
        RUN useradd -u «1000» app
        FROM ubuntu:24.04
        RUN groupadd -g «1000» app && useradd -u «1000» -g app app`,
    },
    {
      title: 'Numbers that differ, and a user and a group with the same',
      good: `
        FROM debian:12
        RUN groupadd -g 1500 app && useradd -u 1500 -g 1500 app && useradd -u 1501 other`,
    },
    {
      title: 'Stages that do not build on each other',
      good: `
        FROM debian:12 AS one
        RUN useradd -u 1500 app
        FROM debian:12
        RUN useradd -u 1500 app`,
    },
    {
      title: 'One user in two branches, and a number that only the build knows',
      good: `
        FROM debian:12
        ARG ID=1500
        RUN if [ -f /etc/alpine-release ]; then adduser -D -u 1500 app; else useradd -u 1500 app; fi
        RUN useradd -u $ID one && useradd -u $ID two`,
    },
    {
      title: 'A base image whose user is taken away before, or which has none',
      good: `
        FROM ubuntu:24.04 AS one
        RUN userdel -r ubuntu && useradd -u 1000 app
        FROM node:22 AS two
        RUN deluser node && adduser --uid 1000 app
        FROM ubuntu:22.04 AS three
        RUN useradd -u 1000 app
        FROM node:22
        RUN usermod -u 1500 node && groupmod -g 1500 node && useradd -u 1000 app`,
    },
  ],
  *check(file) {
    const known = new Map<Stage, Taken>();
    for (const stage of file.stages) {
      const base = stage.base && !('kind' in stage.base) ? known.get(stage.base) : undefined;
      const taken: Taken = base
        ? { users: new Map(base.users), groups: new Map(base.groups) }
        : { users: new Map(ownersIn(stage)), groups: new Map(ownersIn(stage)) };
      known.set(stage, taken);
      for (const node of stage.instructions) {
        if (node.keyword !== 'RUN') continue;
        for (const command of node.commands) {
          // Whatever changes accounts otherwise, the numbers are no longer sure.
          if (!ACCOUNT_PROGRAMS.has(command.program.text)) continue;
          if (!CREATORS.has(command.program.text)) {
            taken.users.clear();
            taken.groups.clear();
          }
          const user = newUser(command);
          const account = user ?? newGroup(command);
          if (!account?.id?.literal || !account.name.literal) continue;
          const { id, name } = account;
          const numbers = user ? taken.users : taken.groups;
          const owner = numbers.get(id.text);
          if (owner !== undefined && owner !== name.text && runsAnyway(command)) {
            yield { at: id, message: say`${id.text} is the number of ${owner} already.` };
          } else if (isRoot(id.text) && user && name.text !== 'root') yield { at: id, message: rootAgain(name) };
          if (runsAnyway(command)) numbers.set(id.text, owner ?? name.text);
        }
      }
    }
  },
});

const CREATORS: ReadonlySet<string> = new Set(['useradd', 'adduser', 'groupadd', 'addgroup']);
const ACCOUNT_PROGRAMS: ReadonlySet<string> = new Set([
  ...CREATORS,
  ...['userdel', 'groupdel', 'deluser', 'delgroup', 'usermod', 'groupmod'],
]);

interface Taken {
  /** Who has a number. */
  readonly users: Map<string, string>;
  readonly groups: Map<string, string>;
}

const rootAgain = ({ text }: Word) => say`With number 0, ${text} is root.`;

/** The accounts that official images bring with the first number that a person gets. */
function ownersIn({ rootImage }: Stage): readonly (readonly [string, string])[] {
  const base = rootImage?.resolved ?? rootImage;
  if (!rootImage || !base || !isOfficial(base.name)) return [];
  const tag = (rootImage.resolved ? rootImage.resolved.tag : rootImage.tag?.text) ?? '';
  const name = base.name.slice(base.name.lastIndexOf('/') + 1);
  if (name === 'node') return [['1000', 'node']];
  const isNew = Number.parseFloat(tag) >= 23.04 || /^(noble|oracular|plucky|questing)/.test(tag);
  return name === 'ubuntu' && isNew ? [['1000', 'ubuntu']] : [];
}
