import { replace, suggestion } from '../../edit.js';
import { projectIn } from '../../knowledge/projects.js';
import { languageVersionOf } from '../../knowledge/versions.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'node-version-mismatch',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['base-image', 'node', 'context'],
  since: 'next',
  summary: 'Use a Node.js version that the project itself asks for.',
  docs: `
package.json, .nvmrc or .node-version say which Node.js the project is made for. On another one it is not tested: it may
not install, lack a function on the day that it is called, or load native modules that do not fit.

Take the version that the project names, or mend what it names. \`engines.node\` in package.json wins over the files of
version managers, of which only the major version counts here.`,
  sources: {
    'package.json, "engines"': 'https://docs.npmjs.com/cli/configuring-npm/package-json#engines',
    'Node.js releases': 'https://nodejs.org/en/about/previous-releases',
  },
  examples: [
    {
      title: 'Below what package.json asks for',
      files: { 'package.json': '{ "name": "api", "engines": { "node": ">=20" } }' },
      bad: `
        FROM node:«18-alpine»
        WORKDIR /app
        COPY package*.json ./
        RUN npm ci`,
      good: `
        FROM node:20-alpine
        WORKDIR /app
        COPY package*.json ./
        RUN npm ci`,
    },
    {
      title: 'Above it, in a stage of its own',
      files: { 'web/package.json': '{ "engines": { "node": "^18.13 || ^20.12" } }' },
      bad: `
        FROM node:«22.1.0-bookworm» AS build
        WORKDIR /src
        COPY web .
        RUN npm ci && npm run build
        FROM nginx:1.27
        COPY --from=build /src/dist /usr/share/nginx/html`,
      good: `
        FROM node:20-bookworm AS build
        WORKDIR /src
        COPY web .
        RUN npm ci && npm run build
        FROM nginx:1.27
        COPY --from=build /src/dist /usr/share/nginx/html`,
    },
    {
      title: 'Another major than that of .nvmrc',
      files: { 'package.json': '{}', '.nvmrc': 'v20.11.1\n' },
      bad: `
        ARG TAG=18-slim
        FROM node:«$TAG»
        COPY . .`,
    },
    {
      title: 'A name for a release, in .node-version',
      files: { 'package.json': '{ "name": "x" }', '.node-version': 'lts/iron\n' },
      bad: `
        FROM node:«18»
        COPY package.json .`,
      good: `
        FROM node:20
        COPY package.json .`,
    },
    {
      title: 'A version in the range',
      files: { 'package.json': '{ "engines": { "node": ">=18.17 <23" } }', '.nvmrc': '24' },
      good: `
        FROM node:18
        COPY package.json .
        FROM node:20.1.0-alpine
        COPY package.json .
        FROM node:22-slim
        COPY package.json .`,
    },
    {
      title: 'Another patch of the same major',
      files: { 'package.json': '{}', '.nvmrc': '20.11.1' },
      good: `
        FROM node:20.9-alpine
        COPY package.json .`,
    },
    {
      title: 'A tag by a variable without a default, a moving tag, a digest, another image',
      files: { 'package.json': '{ "engines": { "node": "22" } }' },
      good: `
        ARG VERSION
        FROM node:$VERSION
        COPY package.json .
        FROM node:lts-alpine
        COPY package.json .
        FROM node
        COPY package.json .
        FROM node:18@sha256:0123456789012345678901234567890123456789012345678901234567890123
        COPY package.json .
        FROM example.com/team/node:18
        COPY package.json .`,
    },
    {
      title: 'A project that nobody can read, and none',
      files: { 'package.json': '{ "engines": { "node": 22 }', '.nvmrc': 'stable' },
      good: `
        FROM node:18
        COPY package.json .
        FROM node:18
        RUN npm install -g serve`,
    },
  ],
  *check(file, { workspace }) {
    for (const { image, stage } of file.all('FROM')) {
      const version = languageVersionOf(image, 'node');
      if (!version || !stage || !image.tag) continue;
      const project = projectIn(file, stage, stage.result, ['package.json'], workspace);
      const found = ['package.json', '.nvmrc', '.node-version'].find((name) => project?.open(name)?.versionsOf('node'));
      const range = found === undefined ? undefined : project?.open(found)?.versionsOf('node');
      if (!project || found === undefined || !range || range.allows(version.number)) continue;
      const wanted = range.nearest(version.number, 1);
      yield {
        at: image.tag,
        message: say`${found} asks for Node.js ${range.text}, not ${version.number}.`,
        fix:
          wanted !== undefined && image.tag.literal
            ? suggestion(`Use Node.js ${wanted}`, replace(image.tag, wanted + version.rest))
            : undefined,
        related: [{ at: range, path: project.pathOf(found), message: say`It is named here.` }],
      };
    }
  },
});
