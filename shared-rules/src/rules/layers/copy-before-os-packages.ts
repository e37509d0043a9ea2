import { moveBelow, suggestion, type Fix } from '../../edit.js';
import { isPackageWork, packagesIn } from '../../knowledge/managers.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import type { Instruction, Instructions } from '../../model/index.js';
import { rule, say } from '../../rule.js';

type Copy = Instructions['COPY' | 'ADD'];
type Run = Instructions['RUN'];

export default rule({
  id: 'copy-before-os-packages',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['layers', 'cache', 'speed'],
  since: 'next',
  summary: 'Install packages of the distribution before the program is copied.',
  docs: `
The program changes with every commit, the packages of the distribution hardly ever. Where the program is copied first, the
install below it never comes from the build cache: every build downloads and unpacks the same packages again.

Move the COPY below the installs. Files that an install needs, such as lists of repositories, keys and packages, stay above
it; nothing is said about them.`,
  sources: {
    'Optimize cache usage in builds': 'https://docs.docker.com/build/cache/optimize/#order-your-layers',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'The program before the packages',
      bad: `
        FROM debian:12
        WORKDIR /app
        # the program
        «COPY» . .
        ENV PORT=8080
        RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
        RUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*
        CMD ["./app"]`,
      good: `
        FROM debian:12
        WORKDIR /app
        ENV PORT=8080
        RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
        RUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*
        # the program
        COPY . .
        CMD ["./app"]`,
    },
    {
      title: 'An upgrade at the end, which is to run with every build',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
        COPY . /app
        ARG CACHE_REFRESH
        RUN apt-get update && apt-get upgrade -y && rm -rf /var/lib/apt/lists/*`,
    },
    {
      title: 'What another stage has built',
      bad: `
        FROM golang:1.25 AS build
        COPY . .
        RUN go build -o /app
        FROM alpine:3.22
        «COPY» --from=build /app /app
        RUN apk add --no-cache ca-certificates`,
      good: `
        FROM golang:1.25 AS build
        COPY . .
        RUN go build -o /app
        FROM alpine:3.22
        RUN apk add --no-cache ca-certificates
        COPY --from=build /app /app`,
    },
    {
      title: 'Something between that may use it',
      bad: `
        FROM debian:12
        «ADD» src /src
        RUN make -C /src
        RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*`,
    },
    {
      title: 'Keys, lists of repositories, certificates and packages',
      good: `
        FROM debian:12
        COPY sources /etc/apt/sources.list.d/
        COPY certs /usr/local/share/ca-certificates/
        COPY packages /tmp/packages
        RUN apt-get update && apt-get install -y curl /tmp/packages/a.deb`,
    },
    {
      title: 'Files that the RUN uses',
      good: `
        FROM debian:12
        WORKDIR /app
        COPY . .
        RUN apt-get update && xargs -a packages.txt apt-get install -y && rm -rf /var/lib/apt/lists/*
        RUN ./install.sh && apt-get install -y curl`,
    },
    {
      title: 'Single settings, a stage for development, tools from an image or a stage',
      good: `
        FROM debian:12 AS tools
        RUN curl -fsSL https://example.com/sqlite.tgz | tar -xz -C /opt
        FROM debian:12
        COPY nginx.conf /etc/nginx/
        COPY --from=composer:2 /usr/bin/composer /usr/bin/composer
        COPY --from=tools /opt/sqlite /opt/sqlite
        RUN apt-get update && apt-get install -y nginx && rm -rf /var/lib/apt/lists/*
        FROM debian:12 AS dev
        COPY . .
        RUN apt-get update && apt-get install -y vim && rm -rf /var/lib/apt/lists/*`,
    },
    {
      title: 'Packages first',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
        COPY . /app`,
    },
  ],
  *check(file) {
    for (const stage of file.stages) {
      if (stage.start.family === 'windows' || isForDevelopment(stage, file)) continue;
      const last = stage.instructions.findLastIndex(
        (node) => node.keyword === 'RUN' && isPackageWork(node) && isInstall(node),
      );
      const install = stage.instructions[last];
      if (install?.keyword !== 'RUN') continue;
      for (const [index, copy] of stage.instructions.slice(0, last).entries()) {
        if ((copy.keyword !== 'COPY' && copy.keyword !== 'ADD') || !bringsProgram(copy)) continue;
        const between = stage.instructions.slice(index + 1, last);
        // The first of several says it for all of them.
        yield {
          at: copy.head,
          message: say`Every change of what is copied here installs the packages below again.`,
          related: [{ at: install.head, message: say`The packages are installed here.` }],
          fix: () => below(copy, between, install),
        };
        break;
      }
    }
  },
});

/** Whether packages are installed, and not everything upgraded, which is to run again and again. */
const isInstall = ({ commands }: Run): boolean => commands.some((command) => packagesIn(command).length > 0);

/** Folders from which package managers read, and those of tools, which hardly change. */
const SETTINGS =
  /^\/(etc|usr\/(local\/)?s?bin|usr\/local\/share\/ca-certificates|usr\/share\/(keyrings|ca-certificates)|root)(\/|$)|packages|repo|\.(deb|rpm|apk)$/;

const CODE = /\.(py|js|mjs|ts|rb|php|go|rs|java|jar|war|ear|dll|cs)$/;

/** Whether the COPY brings what changes with the program: all of the context, a folder of it, or what a stage has built. */
function bringsProgram(copy: Copy): boolean {
  if (!copy.target || SETTINGS.test(copy.target.text) || copy.heredocs.length > 0) return false;
  if (copy.sources.some(({ text }) => SETTINGS.test(text))) return false;
  if (copy.keyword === 'COPY' && copy.from) return copy.from.stage?.instructions.some(isProgram) === true;
  return copy.sources.some(({ text, literal }) => {
    const name = text.replace(/\/+$/, '').slice(text.replace(/\/+$/, '').lastIndexOf('/') + 1);
    return literal && (/^[./*]*$/.test(text) || CODE.test(text) || PROGRAMS.has(name));
  });
}

/** A stage that takes in the program has another result with every change of it. */
const isProgram = (node: Instruction): boolean =>
  (node.keyword === 'COPY' || node.keyword === 'ADD') && !node.flag('from') && bringsProgram(node);

/** The usual names of folders that hold the program. */
const PROGRAMS: ReadonlySet<string> = new Set(
  'src app apps lib source sources cmd internal pkg server client api web frontend backend dist build target'.split(
    ' ',
  ),
);

const NEUTRAL: ReadonlySet<string> = new Set(
  'ENV ARG LABEL EXPOSE WORKDIR VOLUME STOPSIGNAL MAINTAINER USER'.split(' '),
);

function below(copy: Copy, between: readonly Instruction[], install: Run): Fix | undefined {
  const isRelative = copy.target?.text.startsWith('/') !== true;
  const isFree = between.every(
    (node) =>
      (node.keyword === 'RUN' && isPackageWork(node)) ||
      (NEUTRAL.has(node.keyword) && !(node.keyword === 'WORKDIR' && isRelative)),
  );
  return isFree && !copy.isOpen && !install.isOpen
    ? suggestion('Copy after the packages are installed', moveBelow(copy, install))
    : undefined;
}
