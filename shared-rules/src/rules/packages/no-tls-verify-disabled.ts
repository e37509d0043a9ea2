import { remove, replace, suggestion, type Fix } from '../../edit.js';
import { operandsOf, verbOf } from '../../knowledge/commands.js';
import { addressesOf, isLocal } from '../../knowledge/downloads.js';
import { PIP } from '../../knowledge/pip.js';
import type { Assignment, Command, Located, Pair, Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';

/** Variables that switch the check off, and the values with which they do; no pattern: any. Sources: the programs' manuals. */
const VARIABLES: Readonly<Record<string, RegExp>> = {
  PYTHONHTTPSVERIFY: /^0$/,
  NODE_TLS_REJECT_UNAUTHORIZED: /^0$/,
  NPM_CONFIG_STRICT_SSL: /^false$/i,
  npm_config_strict_ssl: /^false$/i,
  GIT_SSL_NO_VERIFY: /./,
  PIP_TRUSTED_HOST: /./,
  UV_INSECURE_HOST: /./,
  CURL_INSECURE: /^(1|true|yes)$/i,
};

export default rule({
  id: 'no-tls-verify-disabled',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['security', 'supply-chain', 'packages'],
  since: 'next',
  peers: {
    checkov: [
      'CKV2_DOCKER_2',
      'CKV2_DOCKER_3',
      'CKV2_DOCKER_4',
      'CKV2_DOCKER_5',
      'CKV2_DOCKER_6',
      'CKV2_DOCKER_12',
      'CKV2_DOCKER_13',
      'CKV2_DOCKER_14',
      'CKV2_DOCKER_15',
      'CKV2_DOCKER_16',
    ],
  },
  summary: 'Do not switch off the check of certificates.',
  docs: `
Without the check, anybody between the build and the server can hand out a package or a script of their own, and it goes
into the image. Set by ENV, the check is off for the program in production as well; that is an error.

If a certificate is not known, make it known: install \`ca-certificates\`, or copy your own authority's certificate to
\`/usr/local/share/ca-certificates\` and run \`update-ca-certificates\`. For addresses of the machine itself nothing is said.`,
  sources: {
    'curl, "SSL certificate verification"': 'https://curl.se/docs/sslcerts.html',
    'update-ca-certificates(8)':
      'https://manpages.debian.org/bookworm/ca-certificates/update-ca-certificates.8.en.html',
  },
  examples: [
    {
      title: 'Flags of programs that fetch',
      bad: `
        FROM debian:12
        RUN curl «-fksSL» https://example.com/a -o /a && curl «--insecure» https://example.com/b -o /b
        RUN wget «--no-check-certificate» https://example.com/c`,
      good: `
        FROM debian:12
        RUN curl -fsSL https://example.com/a -o /a && curl https://example.com/b -o /b
        RUN wget https://example.com/c`,
    },
    {
      title: 'Package managers',
      bad: `
        FROM python:3.13
        RUN pip install «--trusted-host» pypi.org flask
        RUN npm config set «strict-ssl» false && yarn config set «strict-ssl=false»
        RUN yum-config-manager «--setopt=sslverify=0» && dnf config-manager «--setopt=main.sslverify=false» --save
        RUN apt-get -o «Acquire::https::Verify-Peer=false» update`,
    },
    {
      title: 'Git',
      bad: `
        FROM debian:12
        RUN git -c «http.sslVerify=false» clone https://example.com/a.git
        RUN git config --global «http.sslVerify» false`,
    },
    {
      title: 'A variable that ENV keeps in the image: an error',
      bad: `
        FROM node:22
        ENV PORT=80 «NODE_TLS_REJECT_UNAUTHORIZED=0»`,
      good: `
        FROM node:22
        ENV PORT=80`,
    },
    {
      title: 'Variables for the build alone',
      bad: `
        FROM node:22
        ARG «PYTHONHTTPSVERIFY=0»
        RUN «GIT_SSL_NO_VERIFY=true» git clone https://example.com/a.git
        RUN export «npm_config_strict_ssl=false» && npm ci`,
    },
    {
      title: 'Switched on, or empty',
      good: `
        FROM node:22
        ENV NODE_TLS_REJECT_UNAUTHORIZED=1 GIT_SSL_NO_VERIFY= PYTHONHTTPSVERIFY=1
        ARG PIP_TRUSTED_HOST
        RUN npm config set strict-ssl true && git config --global http.sslVerify true && curl -fsSL https://example.com`,
    },
    {
      title: 'The same letters elsewhere',
      good: `
        FROM debian:12
        RUN curl -K config https://example.com && tar -k -xf a.tar | sort -k 2 && echo --insecure
        RUN curl -fsSL https://example.com/a | gzip -k && curl -o k https://example.com/k`,
    },
    {
      title: 'The machine itself',
      good: `
        FROM debian:12
        RUN curl -k https://localhost:8443/ && wget --no-check-certificate https://127.0.0.1/
        HEALTHCHECK CMD curl -kf https://localhost:8443/health`,
    },
  ],
  *check(file) {
    for (const node of file.allWithTriggers('ENV', 'ARG')) {
      const ships = node.keyword === 'ENV' && node.stage?.ships === true;
      for (const pair of node.pairs) {
        if (!isOff(pair)) continue;
        yield {
          ...told(pair, pair.name.text, node.keyword === 'ENV' ? removal(pair, node.pairs.length) : undefined),
          ...(ships ? { severity: 'error' as const } : {}),
        };
      }
    }
    for (const command of file.commands()) {
      const { instruction, assignments } = command;
      if (instruction?.keyword === 'ONBUILD') continue;
      for (const one of assignments) if (isOff(one)) yield told(one, one.name.text, undefined);
      const found = inCall(command);
      if (found) yield told(found.at, found.name, found.fix);
    }
  },
});

const told = (at: Located, name: string, fix: Fix | undefined) => ({
  at,
  message: say`With ${name} nobody checks whom the connection leads to.`,
  fix,
});

/** The only pair of an ENV takes the instruction along, which is for a person to do. */
const removal = (pair: Pair, count: number): Fix | undefined =>
  count > 1 ? suggestion('Remove it', remove(pair)) : undefined;

const isOff = ({ name, value }: Pair | Assignment): boolean =>
  value !== undefined && value.text !== '' && VARIABLES[name.text]?.test(value.text) === true;

interface Found {
  readonly at: Located;
  readonly name: string;
  readonly fix?: Fix | undefined;
}

function inCall(command: Command): Found | undefined {
  const { program, args } = command;
  if (PIP.includes(program.text)) return flagged(command, false, '--trusted-host');
  switch (program.text) {
    case 'curl':
      return leadsHome(command) ? undefined : flagged(command, true, '-k', '--insecure');
    case 'wget':
      return leadsHome(command) ? undefined : flagged(command, true, '--no-check-certificate');
    case 'npm':
    case 'yarn':
    case 'pnpm':
      return /^(config|c|set)$/.test(verbOf(command)?.text ?? '')
        ? setting(operandsOf(command), /^strict-ssl$/i)
        : undefined;
    case 'yum':
    case 'dnf':
    case 'yum-config-manager':
      return named(args, /^(--setopt=)?([\w.-]+\.)?sslverify=(0|false|no)$/i);
    case 'git': {
      const inline = named(args, /^http(\..*)?\.sslVerify=(false|0)$/i);
      return (
        inline ??
        (verbOf(command)?.text === 'config' ? setting(operandsOf(command), /^http(\..*)?\.sslVerify$/i) : undefined)
      );
    }
    case 'apt-get':
    case 'apt':
      return named(args, /^(-o)?Acquire::https::(.*::)?Verify-(Peer|Host)=("?)(false|0|no)\4$/i);
    case 'export':
    case 'env':
      return named(args, /^\w+=(0|1|true|false)$/, isOffText);
    default:
      return undefined;
  }
}

const isOffText = (text: string): boolean => {
  const [name = '', value = ''] = text.split('=');
  return VARIABLES[name]?.test(value) === true;
};

function named(
  args: readonly Word[],
  pattern: RegExp,
  isIt: (text: string) => boolean = () => true,
): Found | undefined {
  const at = args.find(({ text }) => pattern.test(text) && isIt(text));
  return at && { at, name: at.text };
}

/** A name with its value behind it, or in the same word. */
function setting(words: readonly Word[], name: RegExp): Found | undefined {
  const index = words.findIndex(({ text }) => name.test(text.split('=')[0] ?? ''));
  const at = words[index];
  const value = at?.text.includes('=') ? at.text.split('=')[1] : words[index + 1]?.text;
  return at && /^(false|0)$/i.test(value ?? '') ? { at, name: at.text.split('=')[0] ?? '' } : undefined;
}

function flagged(command: Command, canGo: boolean, ...names: readonly string[]): Found | undefined {
  const flag = command.flag(...names);
  if (!flag) return undefined;
  const { word, name } = flag;
  const isCluster = word.text !== name && !name.startsWith('--');
  const fix = isCluster
    ? suggestion(`Remove ${name}`, replace(word, word.text.replace('k', '')))
    : suggestion(`Remove ${name}`, remove(word));
  return { at: word, name, fix: canGo ? fix : undefined };
}

/** Whether all addresses of the call lead to the machine itself. */
function leadsHome(command: Command): boolean {
  const addresses = addressesOf(command);
  const bare = operandsOf(command).filter(({ text }) => /^(localhost|127\.0\.0\.1)([:/]|$)/.test(text));
  return addresses.length + bare.length > 0 && addresses.every(({ url }) => isLocal(url));
}
