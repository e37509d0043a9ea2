import { chain, suggestion } from '../../edit.js';
import { deletedBy, homeOf } from '../../knowledge/caches.js';
import { removedBy, verbOf } from '../../knowledge/commands.js';
import { holds, isWithin } from '../../knowledge/mounts.js';
import { AS_PEERS, parfumSees } from '../../knowledge/peers.js';
import { around, runOf } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'gem-remove-root-cache',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'strict',
  tags: ['packages', 'ruby', 'size'],
  since: 'next',
  peers: { parfum: ['gemUpdateSystemRmRootGem'] },
  summary: 'Remove what gem update leaves in the home of root.',
  docs: `
\`gem update\` keeps the list of all gems in \`/root/.gem\`, megabytes that nobody asks for again.

Remove the folder at the end of the same RUN; a later RUN saves nothing. In a stage that is only copied from, and for a user
other than root, nothing is said.`,
  sources: {
    'RubyGems, "gem update"': 'https://guides.rubygems.org/command-reference/#gem-update',
  },

  options: {
    asPeers: {
      ...AS_PEERS,
      about: 'Judge as docker-parfum does: in any stage, by a later rm of a path in /root alone.',
    },
  },
  differs: [
    {
      from: 'parfum/gemUpdateSystemRmRootGem',
      they: 'flags every stage and every user',
      we: 'flags what root leaves in the image',
      why: 'Nothing else is in /root, or in the image.',
    },
  ],
  examples: [
    {
      title: 'The lists stay in the layer',
      bad: `
        FROM ruby:3.3
        RUN gem «update» --system`,
      good: `
        FROM ruby:3.3
        RUN gem update --system && rm -rf /root/.gem`,
    },
    {
      title: 'Over several lines, and removed too early',
      bad: `
        FROM ruby:3.3
        RUN rm -rf /root/.gem && \\
            gem «update» rake`,
      good: `
        FROM ruby:3.3
        RUN rm -rf /root/.gem && \\
            gem update rake && \\
            rm -rf /root/.gem`,
    },
    {
      title: 'Removed, and no update',
      good: `
        FROM ruby:3.3
        RUN gem update --system && rm -rf /root/.gem
        RUN gem update && rm -rf ~/.gem
        RUN gem update && rm -r /root/.gem/specs
        RUN gem install rake:13.2.1`,
    },
    {
      title: 'A mount, a stage that is only copied from, and another user',
      good: `
        FROM ruby:3.3 AS build
        RUN gem update
        FROM ruby:3.3
        RUN --mount=type=cache,target=/root/.gem gem update
        COPY --from=build /a /a
        USER app
        RUN gem update`,
    },
    {
      title: 'As docker-parfum judges it',
      profile: 'all',
      bad: `
        FROM ruby:3.3 AS build
        RUN gem «update» && rm -rf ~/.gem
        FROM scratch`,
      good: `
        FROM ruby:3.3 AS build
        RUN gem update && rm -rf ~/.gem && rm -rf /root/.gem
        FROM scratch`,
    },
    {
      title: 'Clean to docker-parfum',
      profile: 'all',
      good: `
        FROM ruby:3.3
        RUN gem update --system && rm -rf /root/.gem/
        RUN gem install x`,
    },
  ],
  *check(file, { options }) {
    for (const command of file.runCommands('gem')) {
      const verb = verbOf(command);
      const run = runOf(command);
      if (verb?.text !== 'update' || !run) continue;
      const { after } = around(command);
      const isSeen =
        parfumSees(command) &&
        !after.some((later) => removedBy(later).some(({ text }) => text.startsWith('/root') && text.includes('/.gem')));
      const isOurs =
        (run.isTrigger || run.stage?.ships !== false) &&
        homeOf(run.state) === '/root' &&
        !holds(run, FOLDER) &&
        !after.some((later) => deletedBy(later).some((path) => isWithin(path, FOLDER) || isWithin(FOLDER, path)));
      if (options.asPeers ? !isSeen : !isOurs) continue;
      const edit = chain(run, `rm -rf ${FOLDER}`);
      yield {
        at: verb,
        message: say`gem update leaves its lists in ${FOLDER}.`,
        fix: edit && suggestion('Remove them in the same RUN', edit),
        ...(isSeen ? {} : { peers: [] }),
      };
    }
  },
});

const FOLDER = '/root/.gem';
