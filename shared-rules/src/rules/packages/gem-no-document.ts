import { suggestion, wordsAfter } from '../../edit.js';
import { verbOf } from '../../knowledge/commands.js';
import { AS_PEERS, parfumSees } from '../../knowledge/peers.js';
import { anyBefore, around, type Command, type Dockerfile, type Instruction } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'gem-no-document',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'strict',
  tags: ['packages', 'ruby', 'size'],
  since: 'next',
  peers: { parfum: ['gemUpdateNoDocument'] },
  summary: 'Install gems without their documentation.',
  docs: `
gem writes documentation for every gem it installs, which takes time and room, and which nobody reads in an image.

\`--no-document\` leaves it out; so does a gemrc. The official ruby images have one, so that nothing is said there.`,
  sources: {
    'RubyGems, "gem install"': 'https://guides.rubygems.org/command-reference/#gem-install',
  },

  options: {
    asPeers: {
      ...AS_PEERS,
      about: 'Judge as docker-parfum does: only gem update, unless an echo above has written a gemrc.',
    },
  },
  differs: [
    {
      from: 'parfum/gemUpdateNoDocument',
      they: 'looks at `gem update` alone',
      we: 'also flags `gem install`',
      why: 'It writes the same.',
    },
    {
      from: 'parfum/gemUpdateNoDocument',
      they: 'asks for a gemrc',
      we: 'takes the flag as well',
      why: 'Both leave the documentation out.',
    },
    {
      from: 'parfum/gemUpdateNoDocument',
      they: 'flags the official ruby images',
      we: 'silent',
      why: 'They come with such a gemrc.',
    },
  ],
  examples: [
    {
      title: 'An install with documentation',
      bad: `
        FROM debian:12
        RUN gem «install» rake`,
      good: `
        FROM debian:12
        RUN gem install --no-document rake`,
    },
    {
      title: 'An update, behind sudo, over several lines, and in a trigger',
      bad: `
        FROM debian:12
        RUN sudo gem \\
              # the newest
              «update» --system
        ONBUILD RUN gem «i» puma`,
      good: `
        FROM debian:12
        RUN sudo gem \\
              # the newest
              update --no-document --system
        ONBUILD RUN gem i --no-document puma`,
    },
    {
      title: 'Left out, in any spelling',
      good: `
        FROM debian:12
        RUN gem install --no-document a && gem install -N b && gem install --no-ri --no-rdoc c && gem update --document=none && gem list`,
    },
    {
      title: 'Left out once and for all',
      good: `
        FROM debian:12
        RUN echo 'gem: --no-document' > /etc/gemrc && gem install rake
        FROM debian:12
        RUN printf 'install: --no-rdoc' > ~/.gemrc
        RUN gem update
        FROM debian:12
        COPY <<EOF /etc/gemrc
        gem: --no-document
        EOF
        RUN gem install rake
        FROM debian:12
        COPY gemrc /etc/gemrc
        RUN gem install rake`,
    },
    {
      title: 'The official image, and a stage that is only copied from',
      good: `
        FROM debian:12 AS build
        RUN gem install rake
        FROM ruby:3.3-slim
        RUN gem install rake
        COPY --from=build /a /a`,
    },
    {
      title: 'As docker-parfum judges it',
      profile: 'all',
      bad: `
        FROM ruby:3.3
        RUN gem «update» --no-document && gem install rake`,
    },
    {
      title: 'Told to docker-parfum before',
      profile: 'all',
      good: `
        FROM ruby:3.3
        RUN echo 'gem: --no-document' > /etc/gemrc
        RUN gem update && gem install x`,
    },
  ],
  *check(file, { options }) {
    const isToldBefore = anyBefore(tells);
    for (const command of file.runCommands('gem')) {
      const { instruction } = command;
      const verb = verbOf(command);
      if (!verb || !instruction) continue;
      const isSeen = verb.text === 'update' && parfumSees(command) && !isEchoed(file, command);
      const isOurs =
        VERBS.has(verb.text) &&
        !leavesOut(command) &&
        (instruction.isTrigger || instruction.stage?.ships !== false) &&
        instruction.stage?.rootImage?.repository !== 'ruby' &&
        !tells(instruction) &&
        !isToldBefore(instruction);
      if (options.asPeers ? !isSeen : !isOurs) continue;
      yield {
        at: verb,
        message: say`gem ${verb.text} writes documentation into the image.`,
        // docker-parfum looks for a gemrc alone.
        fix: options.asPeers ? undefined : suggestion('Add --no-document', wordsAfter(verb, '--no-document')),
        ...(isSeen ? {} : { peers: [] }),
      };
    }
  },
});

const VERBS: ReadonlySet<string> = new Set(['install', 'i', 'update']);

const leavesOut = (command: Command): boolean =>
  command.has('-N', '--no-document', '--no-ri', '--no-rdoc', '--document', '-h', '--help', '--explain');

const NO_DOCUMENT = /--no-(document|rdoc)|gemrc/;

/** Whether the instruction sets what gem leaves out. */
function tells(node: Instruction): boolean {
  if (node.keyword === 'RUN') {
    return node.commands.some(
      ({ program, args, redirections }) =>
        (program.text !== 'gem' && args.some(({ text }) => NO_DOCUMENT.test(text))) ||
        redirections.some(({ target }) => target !== undefined && NO_DOCUMENT.test(target.text)),
    );
  }
  return (node.keyword === 'COPY' || node.keyword === 'ADD') && NO_DOCUMENT.test(node.body.text);
}

/** Whether an echo says so anywhere above, as docker-parfum looks for it. */
function isEchoed(file: Dockerfile, command: Command): boolean {
  const says = ({ program, args }: Command): boolean =>
    program.text === 'echo' && args.some(({ text }) => /--no-(document|rdoc)/.test(text));
  if (around(command).before.some(says)) return true;
  for (const node of file.allWithTriggers('RUN')) {
    if (node === command.instruction) break;
    if (node.commands.some(says)) return true;
  }
  return false;
}
