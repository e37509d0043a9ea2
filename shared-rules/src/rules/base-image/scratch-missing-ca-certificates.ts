import { addInstructionAfter, suggestion, type Fix } from '../../edit.js';
import { startCommands } from '../../knowledge/building.js';
import { hasCertificates } from '../../knowledge/images.js';
import { packageName, packagesIn } from '../../knowledge/managers.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import { ancestry, type Instruction, type Instructions, type Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'scratch-missing-ca-certificates',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['base-image', 'runtime'],
  since: 'next',
  summary: 'Copy root certificates into an image from scratch that calls others by TLS.',
  docs: `
scratch holds no root certificates. A program that calls another by https ends with "certificate signed by unknown
authority", often long after the start, when the first call is made.

Copy them from the stage that builds: \`COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/\`.
distroless/static has them, and time zones and a user as well.

A program that only answers, or brings certificates of its own, needs none: set \`assumeNoTls\` then.`,
  sources: {
    'crypto/x509: where Go looks for them': 'https://go.dev/src/crypto/x509/root_linux.go',
    'distroless/static': 'https://github.com/GoogleContainerTools/distroless/blob/main/base/README.md',
  },
  options: {
    assumeNoTls: { type: 'boolean', default: false, about: 'The programs call nobody by TLS.' },
  },
  examples: [
    {
      title: 'A program and nothing else',
      bad: `
        FROM golang:1.27 AS build
        RUN CGO_ENABLED=0 go build -o /server .
        FROM «scratch»
        COPY --from=build /server /server
        ENTRYPOINT ["/server"]`,
      good: `
        FROM golang:1.27 AS build
        RUN CGO_ENABLED=0 go build -o /server .
        FROM scratch
        COPY --from=build /server /server
        COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
        ENTRYPOINT ["/server"]`,
    },
    {
      title: 'The builder has none itself',
      bad: `
        FROM debian:12-slim AS build
        RUN make server
        FROM «scratch»
        COPY --from=build /server /server
        ENTRYPOINT ["/server"]`,
    },
    {
      title: 'Certificates that were copied, by any name',
      good: `
        FROM golang:1.27 AS build
        FROM scratch AS base
        COPY --from=build /etc/ssl/certs/ /etc/ssl/certs/
        FROM base
        COPY --from=build /server /server
        CMD ["/server"]`,
    },
    {
      title: 'A bundle from the build context',
      good: `
        FROM golang:1.27 AS build
        FROM scratch
        COPY ca-certificates.crt /certs.pem
        COPY --from=build /server /server
        CMD ["/server"]`,
    },
    {
      title: 'Whole folders, which may hold them',
      good: `
        FROM golang:1.27 AS build
        FROM scratch
        COPY --from=build /out /
        CMD ["/server"]`,
    },
    {
      title: 'Nothing that is started, nothing from a builder',
      good: `
        FROM golang:1.27 AS build
        FROM scratch
        COPY --from=build /server /server`,
    },
    {
      title: 'A program from elsewhere',
      good: `
        FROM scratch
        COPY server /server
        CMD ["/server"]`,
    },
    {
      title: 'Programs that call nobody',
      options: { assumeNoTls: true },
      good: `
        FROM golang:1.27 AS build
        FROM scratch
        COPY --from=build /server /server
        CMD ["/server"]`,
    },
  ],
  *check(file, { options }) {
    const stage = file.finalStage;
    if (!stage || options.assumeNoTls || stage.rootImage?.value !== 'scratch' || isForDevelopment(stage, file)) return;
    const nodes = ancestry(stage).flatMap(({ instructions }) => instructions);
    const started = new Set(startCommands(stage).map(({ path }) => path));
    const copy = nodes.find((node) => node.keyword === 'COPY' && node.from?.stage && puts(node, started));
    if (copy?.keyword !== 'COPY' || nodes.some(mayHoldCertificates)) return;
    yield {
      at: stage.rootImage,
      message: say`Nothing here holds root certificates, so calls by TLS fail.`,
      fix: copyThem(copy),
    };
  },
});

/** Whether the COPY puts a program in the place where a container starts it. */
function puts({ sources, target }: Instructions['COPY'], started: ReadonlySet<string>): boolean {
  const folder = (target?.text ?? '').replace(/\/$/, '');
  return sources.some(({ text }) => {
    const name = text.slice(text.lastIndexOf('/') + 1);
    return [...started].some((path) => path === target?.text || path === `${folder}/${name}`);
  });
}

/** Whether an instruction copies certificates, or a folder that may hold them. */
function mayHoldCertificates(node: Instruction): boolean {
  if (node.keyword !== 'COPY' && node.keyword !== 'ADD') return false;
  if (node.keyword === 'ADD') return true;
  const target = node.target?.text ?? '';
  const texts = [target, ...node.sources.map(({ text }) => text)];
  if (texts.some((text) => /ssl|pki|cert|\bca\b|\.(pem|crt)$|\$/i.test(text))) return true;
  if (/^\/(etc\/?)?$/.test(target)) return !node.sources.every(({ text }) => isProgram(text, node.stage));
  return false;
}

/** Whether a source is what the stage starts, or a file by its ending. */
function isProgram(source: string, stage: Stage | undefined): boolean {
  const name = source.slice(source.lastIndexOf('/') + 1);
  if (/\.\w+$/.test(name) || /^(passwd|group)$/.test(name)) return true;
  return stage !== undefined && startCommands(stage).some(({ program }) => program.text === name);
}

/** Taking them from the stage that the program comes from, where they are sure to be there. */
function copyThem(copy: Instructions['COPY']): Fix | undefined {
  const builder = copy.from?.stage;
  const { name, rootImage } = builder ?? {};
  if (!builder || !name || !rootImage || copy.isOpen) return undefined;
  const installs = ancestry(builder).some(({ instructions }) =>
    instructions.some(
      (node) =>
        node.keyword === 'RUN' &&
        node.commands.flatMap(packagesIn).some((word) => packageName(word) === 'ca-certificates'),
    ),
  );
  const isThere = hasCertificates(
    rootImage.resolved?.name ?? rootImage.name,
    rootImage.resolved?.tag ?? rootImage.tag?.text,
  );
  if (!installs && !isThere) return undefined;
  return suggestion(
    'Copy the root certificates',
    addInstructionAfter(copy, `COPY --from=${name.text} /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/`),
  );
}
