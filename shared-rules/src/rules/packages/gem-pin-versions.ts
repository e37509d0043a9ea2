import { PINNING_OPTIONS, unpinned } from '../../families/unpinned.js';
import { GEM } from '../../knowledge/pinning.js';
import { rule } from '../../rule.js';

export default rule({
  id: 'gem-pin-versions',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'strict',
  tags: ['packages', 'ruby', 'reproducibility'],
  since: 'next',
  peers: { hadolint: ['DL3028'] },
  summary: 'Name the version of every gem that is installed.',
  docs: `
Without a version, two builds of one commit differ: gem installs whatever there is on the day, and an update that breaks
the program comes in unseen.

\`gem install rails:7.1.3\` pins it, and so does \`-v 7.1.3\` for a single gem. What the application needs belongs into Gemfile
and Gemfile.lock, which \`bundle install\` takes.`,
  sources: {
    'RubyGems, "gem install"': 'https://guides.rubygems.org/command-reference/#gem-install',
  },

  options: PINNING_OPTIONS,
  differs: [
    {
      from: 'hadolint/DL3028',
      they: 'flags a word that is a variable',
      we: 'silent',
      why: 'What only the build knows may well name the version.',
    },
    {
      from: 'hadolint/DL3028',
      they: 'takes the word behind any flag for its value',
      we: 'flags the gem behind a flag that takes none, as `--no-document`',
      why: 'It is installed without a version.',
    },
    {
      from: 'hadolint/DL3028',
      they: 'flags a `.gem` file',
      we: 'silent',
      why: 'A file is one version.',
    },
  ],
  examples: [
    {
      title: 'A gem without a version',
      bad: `
        FROM ruby:3.3
        RUN gem install «rails»`,
    },
    {
      title: 'Several, with one that is pinned, and behind a flag without a value',
      bad: `
        FROM ruby:3.3
        RUN gem install --no-document \\
              rake:13.2.1 \\
              # the server
              «puma» \\
              rack
        ONBUILD RUN gem i -N «bundler»`,
    },
    {
      title: 'Pinned, by any means',
      good: `
        FROM ruby:3.3
        RUN gem install rails:7.1.3 && gem install puma -v 6.4.2 && gem install rack --version 3.1.7 && gem install rake --version=13.2.1 ./a.gem
        RUN gem install a.gem && gem install -g Gemfile`,
    },
    {
      title: 'No gem is named',
      good: `
        FROM ruby:3.3
        RUN gem update --system && gem list install && gem install -i /x -s https://example.com pg:1.5.7 -- --with-pg-config /usr/bin/pg_config`,
    },
    {
      title: 'Words that only the build knows, and what other programs call',
      good: `
        FROM ruby:3.3
        RUN gem install $PACKAGES "\${NAME}" && sudo gem install puma
        RUN echo gem install puma`,
    },
    {
      title: 'The same on request',
      options: { variables: true, throughWrappers: true },
      bad: `
        FROM ruby:3.3
        RUN gem install «$PACKAGES»
        RUN sudo gem install «puma»`,
    },
    {
      title: 'As hadolint judges it',
      profile: 'all',
      bad: `
        FROM ruby:3.3
        RUN gem install «$GEMS» && gem install -N rails «puma» && gem i «a.gem» && sudo gem install x`,
    },
    {
      title: 'What hadolint lets pass',
      profile: 'all',
      good: `
        FROM ruby:3.3
        RUN gem install -N rails && gem install a:1 b:2 -- --with-x y && gem install c -v 1 && gem install --version=2 d && gem list`,
    },
  ],
  *check(file, { options }) {
    yield* unpinned(file, GEM, options, ['hadolint/DL3028']);
  },
});
