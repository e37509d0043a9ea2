import type { Command, Dockerfile, Instruction, Word } from '../model/index.js';

/** Names of the two usual architectures, as they stand in addresses and flags; `x64` and its kin are Microsoft's and Node's. */
const ARCHITECTURE = /(^|[-_./=])(amd64|x86_64|x64|aarch64|arm64)(?=$|[-_./])/;

/** The architecture that a text names as a word of its own. */
export const architectureIn = (text: string): string | undefined => ARCHITECTURE.exec(text)?.[2];

/** What tells the architecture at build time. */
const ASKING =
  /TARGET(ARCH|PLATFORM|VARIANT)|BUILDARCH|\bARCH\b|uname|--print-architecture|DEB_HOST|\bGOARCH\b|apk --print-arch/i;

/** Whether an instruction chooses by the architecture: it asks for it, or names several. */
export function choosesArchitecture(node: Instruction): boolean {
  const texts = node.keyword === 'RUN' ? [node.body.text, ...node.heredocs.map(({ body }) => body)] : [node.body.text];
  const named = new Set(
    texts
      .flatMap((text) => text.split(/[\s"'()|;]+/))
      .flatMap((word) => {
        const found = architectureIn(word);
        return found === undefined ? [] : [FAMILY[found]];
      }),
  );
  return named.size > 1 || texts.some((text) => ASKING.test(text.replace(/GOARCH=\w+/g, '')));
}

/** Whether anything in the file chooses by the architecture, so that it is made to be built for several. */
export const isForSeveral = (file: Dockerfile): boolean =>
  [...file.all('RUN', 'ADD', 'COPY', 'ENV', 'ARG')].some(choosesArchitecture);

const FAMILY: Readonly<Record<string, string>> = {
  amd64: 'amd64',
  x86_64: 'amd64',
  x64: 'amd64',
  arm64: 'arm64',
  aarch64: 'arm64',
};

/** Words of a command that name an architecture in an address. */
export const addressesWithArchitecture = ({ args }: Command): readonly Word[] =>
  args.filter(({ text }) => /^https?:\/\//.test(text) && architectureIn(text) !== undefined);
