import { installOf } from '../../knowledge/dependencies.js';
import { isPackageWork } from '../../knowledge/managers.js';
import type { Instruction, Instructions } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'env-before-install-invalidates',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'all',
  tags: ['layers', 'cache'],
  since: 'next',
  summary: 'Set what only the program reads below the installs.',
  docs: `
A port or a log level is part of the environment of every RUN below it. Whoever changes it has all packages installed
again, although no package manager looks at it.

Set such variables below the installs, near CMD. Variables that an install reads, such as \`NODE_ENV\`, \`PIP_…\` or
proxies, have to stand above it.`,
  sources: {
    'Build cache invalidation': 'https://docs.docker.com/build/cache/invalidation/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'Settings of the program above the installs',
      bad: `
        FROM node:22
        ENV «PORT=8080» NODE_ENV=production «LOG_LEVEL=info»
        RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*`,
    },
    {
      title: 'Above an install of dependencies',
      bad: `
        FROM python:3.13
        ENV «DEBUG=0»
        COPY requirements.txt ./
        RUN pip install --no-cache-dir -r requirements.txt`,
    },
    {
      title: 'Names that an install reads',
      good: `
        FROM python:3.13
        ENV PIP_INDEX_URL=https://example.com NPM_CONFIG_LOGLEVEL=warn NODE_ENV=production HTTP_PROXY=http://proxy
        ENV LANG=C.UTF-8 PATH=/opt/bin:$PATH DEBIAN_FRONTEND=noninteractive
        RUN pip install --no-cache-dir -r requirements.txt`,
    },
    {
      title: 'Below the installs, or used by one',
      good: `
        FROM node:22
        ENV PORT=8080
        RUN npm install -g serve && echo $PORT
        RUN npm install -g pm2
        ENV LOG_LEVEL=info
        CMD ["serve"]`,
    },
  ],
  *check(file) {
    for (const node of file.all('ENV')) {
      for (const pair of node.pairs) {
        if (!PROGRAM.test(pair.name.text) || !isAboveInstall(node, pair.name.text)) continue;
        yield { at: pair, message: say`Whoever changes ${pair.name.text} installs the packages below again.` };
      }
    }
  },
});

/** Names that programs read, and no package manager. */
const PROGRAM =
  /^((APP_|SERVER_|HTTP_|LISTEN_)?PORT|(APP_|SERVER_)?HOST|LOG_?LEVEL|LOG_FORMAT|DEBUG|WORKERS|WEB_CONCURRENCY|TIMEOUT|(APP|FLASK|DJANGO|SPRING)_\w{1,40})$/;

/** Whether a RUN below does nothing but install, before anything uses the variable. */
function isAboveInstall(node: Instructions['ENV'], name: string): boolean {
  for (let next: Instruction | undefined = node.next; next && next.keyword !== 'FROM'; next = next.next) {
    if (next.body.text.includes(name)) return false;
    if (next.keyword === 'RUN' && (isPackageWork(next) || next.commands.every((command) => installOf(command)))) {
      return next.commands.length > 0;
    }
  }
  return false;
}
