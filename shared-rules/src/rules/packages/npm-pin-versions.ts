import { PINNING_OPTIONS, unpinned } from '../../families/unpinned.js';
import { NPM } from '../../knowledge/pinning.js';
import { rule } from '../../rule.js';

export default rule({
  id: 'npm-pin-versions',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'strict',
  tags: ['packages', 'node', 'reproducibility'],
  since: 'next',
  peers: { hadolint: ['DL3016'] },
  summary: 'Name the version of every package that is installed by npm, Yarn, pnpm or Bun.',
  docs: `
Without a version, two builds of one commit differ: npm installs whatever there is on the day, and an update that breaks
the program comes in unseen.

\`package@1.2.3\` pins it. What the application needs belongs into package.json and its lock file, which \`npm ci\` installs; that
pins what the packages themselves need as well.`,
  sources: {
    'npm-install(1)': 'https://docs.npmjs.com/cli/commands/npm-install',
  },

  options: PINNING_OPTIONS,
  differs: [
    {
      from: 'hadolint/DL3016',
      they: 'flags a word that is a variable',
      we: 'silent',
      why: 'What only the build knows may well name the version.',
    },
    {
      from: 'hadolint/DL3016',
      they: 'looks at `npm install` alone',
      we: 'also flags `npm i`, `npm add`, `yarn add`, `pnpm add` and `bun add`',
      why: 'They do the same.',
    },
    {
      from: 'hadolint/DL3016',
      they: 'flags a repository of GitHub with a revision, as `owner/repo#v1`',
      we: 'silent',
      why: 'The revision pins it.',
    },
    {
      from: 'hadolint/DL3016',
      they: 'takes the value of `--prefix`, `--omit` and other flags for a package',
      we: 'silent',
      why: 'It is none.',
    },
  ],
  examples: [
    {
      title: 'A package without a version',
      bad: `
        FROM node:22
        RUN npm install -g «pm2»`,
    },
    {
      title: 'Several, with one that is pinned; in a scope; by short names',
      bad: `
        FROM node:22
        RUN npm i -g \\
              typescript@5.5.4 \\
              # the framework
              «@nestjs/cli» \\
              serve
        ONBUILD RUN npm add «express»`,
    },
    {
      title: 'With other package managers',
      bad: `
        FROM node:22
        RUN yarn global add «serve» && yarn add «express» && pnpm add -g «turbo» && bun add «hono»`,
    },
    {
      title: 'A repository without a revision',
      bad: `
        FROM node:22
        RUN npm install «owner/repo» && npm install «git+ssh://git@example.com/a.git»`,
    },
    {
      title: 'Pinned, by any means',
      good: `
        FROM node:22
        RUN npm install -g pm2@5.4.2 @nestjs/cli@10 npm@latest ./local ../lib /x ~/y a.tgz b.tar.gz c.tar "serve@$VERSION"
        RUN npm install git+https://example.com/a.git#v1 git://example.com/b.git#v2 owner/repo#v3 https://example.com/c file:d && yarn global add serve@14`,
    },
    {
      title: 'No package is named',
      good: `
        FROM node:22
        RUN npm install && npm ci && npm i --omit dev --prefix /x -w app --cache /c --userconfig /n --include dev --tag next -C /y && npm run install
        RUN yarn install && yarn && pnpm install && yarn global list && npm install --dry-run pm2`,
    },
    {
      title: 'Words that only the build knows, and what other programs call',
      good: `
        FROM node:22
        RUN npm install -g $PACKAGES "\${NAME}" && sudo npm install -g pm2
        RUN echo npm install -g pm2`,
    },
    {
      title: 'The same on request',
      options: { variables: true, throughWrappers: true },
      bad: `
        FROM node:22
        RUN npm install -g «$PACKAGES»
        RUN sudo npm install -g «pm2»`,
    },
    {
      title: 'As hadolint judges it',
      profile: 'all',
      bad: `
        FROM node:22
        RUN npm install «$PACKAGES» && npm install «owner/repo#v1» && npm install --tag «next» x@1 && npm --loglevel warn install «express»
        RUN npm install «git+ssh://git@example.com/a.git» && npm i express && yarn add serve && sudo npm install x`,
    },
    {
      title: 'What hadolint lets pass',
      profile: 'all',
      good: `
        FROM node:22
        RUN npm install && npm ci && npm install a@latest @s/b@1 c.tgz ./d && npm add e && npm install --registry https://example.com f@1`,
    },
  ],
  *check(file, { options }) {
    yield* unpinned(file, NPM, options, ['hadolint/DL3016']);
  },
});
