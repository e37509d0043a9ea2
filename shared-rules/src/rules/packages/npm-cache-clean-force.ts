import { fix, wordsAfter } from '../../edit.js';
import { objectsOf, verbOf } from '../../knowledge/commands.js';
import { AS_PEERS, parfumSees } from '../../knowledge/peers.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'npm-cache-clean-force',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['node', 'broken-build'],
  since: 'next',
  peers: { parfum: ['npmCacheCleanUseForce'] },
  summary: 'Pass --force to npm cache clean, which refuses to work without it.',
  docs: `
Since version 5, npm mends its cache itself and refuses \`npm cache clean\` with an error unless it is forced. The build stops,
or, behind \`|| true\`, the cache stays in the layer.

\`--force\` makes it work. With the key of a single entry, npm asks for nothing.`,
  sources: {
    'npm-cache(1)': 'https://docs.npmjs.com/cli/commands/npm-cache',
  },

  options: {
    asPeers: {
      ...AS_PEERS,
      about: 'Judge as docker-parfum does, which does not look at keys and at the environment.',
    },
  },
  differs: [
    {
      from: 'parfum/npmCacheCleanUseForce',
      they: 'flags the removal of one entry by its key',
      we: 'silent',
      why: 'npm does that without force.',
    },
  ],
  examples: [
    {
      title: 'Without force',
      bad: `
        FROM node:22
        RUN npm ci && npm cache «clean»`,
      good: `
        FROM node:22
        RUN npm ci && npm cache clean --force`,
    },
    {
      title: 'By its other names, behind sudo, in a trigger',
      bad: `
        FROM node:22
        RUN npm ci && sudo npm cache \\
              «rm»
        ONBUILD RUN npm ci; npm cache «clear» || true`,
      good: `
        FROM node:22
        RUN npm ci && sudo npm cache \\
              rm --force
        ONBUILD RUN npm ci; npm cache clear --force || true`,
    },
    {
      title: 'With force, and other calls',
      good: `
        FROM node:22
        RUN npm ci && npm cache clean --force && npm cache clean -f && npm --force cache rm && npm cache verify && npm cache ls
        RUN npm cache clean pacote:tarball:x && npm config set cache /x && yarn cache clean`,
    },
    {
      title: 'Set in the environment',
      good: `
        FROM node:22
        ENV npm_config_force=true
        RUN npm ci && npm cache clean`,
    },
    {
      title: 'As docker-parfum judges it',
      profile: 'all',
      bad: `
        FROM node:22
        ENV npm_config_force=true
        RUN npm ci && npm cache «clean»`,
      good: `
        FROM node:22
        ENV npm_config_force=true
        RUN npm ci && npm cache clean --force`,
    },
  ],
  *check(file, { options }) {
    for (const command of file.runCommands('npm')) {
      const [at, key] = objectsOf(command);
      if (verbOf(command)?.text !== 'cache' || !at || !CLEANS.has(at.text)) continue;
      if (command.has('-f', '--force')) continue;
      const isForced =
        key ?? command.state.env.lookup('npm_config_force') ?? command.state.env.lookup('NPM_CONFIG_FORCE');
      const isSeen = parfumSees(command);
      if (options.asPeers ? !isSeen : isForced) continue;
      yield {
        at,
        message: say`npm cache ${at.text} refuses to work without --force.`,
        fix: fix({ title: 'Add --force', changes: ['package caches'] }, wordsAfter(at, '--force')),
        ...(isSeen ? {} : { peers: [] }),
      };
    }
  },
});

const CLEANS: ReadonlySet<string> = new Set(['clean', 'rm', 'clear']);
