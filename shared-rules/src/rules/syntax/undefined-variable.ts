import { addInstructionBefore, replaceIn, suggestion, type Fix } from '../../edit.js';
import { PLATFORM_ARGUMENTS } from '../../knowledge/arguments.js';
import { expandedWords } from '../../knowledge/expansion.js';
import { nearestNames } from '../../knowledge/nearest.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import { variablesIn, type Dockerfile, type Instruction, type Stage, type VariableUse } from '../../model/index.js';
import { rule, say, type Finding } from '../../rule.js';

export default rule({
  id: 'undefined-variable',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['correctness'],
  since: 'next',
  peers: { buildkit: ['UndefinedVar'], sonar: ['S6579'] },
  summary: 'Declare a variable before the builder has to put it in.',
  docs: `
A variable that nobody has set is nothing: \`COPY app /opt/$VERSON/\` copies to \`/opt//\`, without an error.
It is a slip of the finger, an ARG that stands before the FROM and has to be declared again in the stage, or one that
comes further down.

Nobody can see here what the base image has set. Under \`recommended\` only names are reported that hardly come from
there: misspelt ones, arguments that are declared elsewhere in the file, and any in an image from nothing.`,
  sources: {
    UndefinedVar: 'https://docs.docker.com/reference/build-checks/undefined-var/',
    'How ARG and FROM interact': 'https://docs.docker.com/reference/dockerfile/#understand-how-arg-and-from-interact',
  },
  options: {
    asPeers: {
      ...AS_PEERS,
      about: 'Report every variable that the file does not set, whatever the base image may do.',
    },
  },
  differs: [
    {
      from: 'buildkit/UndefinedVar',
      they: 'asks the registry what the base image sets',
      we: 'reports a name only where the base image hardly sets it',
      why: 'Nothing is ever fetched from the network.',
    },
  ],
  examples: [
    {
      title: 'A slip of the finger',
      bad: `
        FROM debian:12
        ARG VERSION=1
        WORKDIR /opt/«$VERSON»`,
      good: `
        FROM debian:12
        ARG VERSION=1
        WORKDIR /opt/$VERSION`,
    },
    {
      title: 'An argument from before the FROM, and one of the platform',
      bad: `
        ARG VERSION=1
        FROM debian:12
        COPY app-«\${VERSION}» /opt/
        LABEL arch=«$TARGETARCH»`,
      good: `
        ARG VERSION=1
        FROM debian:12
        ARG VERSION
        COPY app-\${VERSION} /opt/
        ARG TARGETARCH
        LABEL arch=$TARGETARCH`,
    },
    {
      title: 'Before it is set, and in an image from nothing',
      bad: `
        FROM debian:12
        ENV A=«$LATER»
        ENV LATER=1
        FROM scratch
        USER «$WHO»`,
      good: `
        FROM debian:12
        ARG LATER
        ENV A=$LATER
        ENV LATER=1
        FROM scratch
        ARG WHO
        USER $WHO`,
    },
    {
      title: 'In a mount, in an owner, in a default',
      bad: `
        ARG OWNER=1
        FROM debian:12
        COPY --chown=«$OWNER» a /a
        RUN --mount=type=cache,target=/c/«$OWNER» make`,
      except: ['with backticks for continuations'],
      good: `
        ARG OWNER=1
        FROM debian:12
        ARG OWNER
        COPY --chown=$OWNER a /a
        RUN --mount=type=cache,target=/c/$OWNER make`,
    },
    {
      title: 'What a shell puts in, what the base image may have set, what is set',
      good: `
        ARG GLOBAL=1
        FROM debian:12 AS a
        ENV SET=1
        ARG DECLARED
        RUN echo $GLOBAL $UNKNOWN
        CMD echo $GLOBAL
        ENV PATH=/opt/bin:$PATH JAVA=$JAVA_HOME LIBS=/lib:$LIBS
        ENV LIBS=/opt:$LIBS
        WORKDIR $SET/$DECLARED
        LABEL price='$GLOBAL' escaped=\\$GLOBAL
        EXPOSE $GLOBAL
        FROM a
        COPY a $SET/$DECLARED`,
      except: ['with backticks for continuations'],
    },
    {
      title: 'As BuildKit judges it',
      profile: 'all',
      bad: `
        FROM debian:12
        WORKDIR «$HOME_OF_APP»`,
      good: `
        FROM debian:12
        ARG HOME_OF_APP
        WORKDIR $HOME_OF_APP`,
    },
  ],
  *check(file, { options }) {
    const globals = new Set(file.globalArgs.flatMap(({ pairs }) => pairs.map(({ name }) => name.text)));
    let stage: Stage | undefined;
    let declared = new Set<string>();
    for (const node of file.all()) {
      if (!node.stage || NOT_REPORTED.has(node.keyword)) continue;
      if (node.stage !== stage) declared = new Set();
      stage = node.stage;
      for (const word of expandedWords(node)) {
        for (const use of variablesIn(word)) {
          if (!/^\w+$/.test(use.name) || node.state.env.lookup(use.name) || use.name === 'PATH') continue;
          const found = judge(use, node, file, globals, options.asPeers);
          if (!found) continue;
          // One declaration serves all the places below it.
          const isServed = typeof found.fix === 'function' && declared.has(use.name);
          yield isServed ? { ...found, fix: undefined } : found;
          declared.add(use.name);
        }
      }
    }
  },
});

/** FROM is expanded by rules of its own, and a port is checked where it is read. */
const NOT_REPORTED: ReadonlySet<string> = new Set(['FROM', 'EXPOSE']);

function judge(
  { at, name }: VariableUse,
  node: Instruction,
  file: Dockerfile,
  globals: ReadonlySet<string>,
  asPeers: boolean,
): Finding | undefined {
  const declare = (): Fix => suggestion(`Declare ARG ${name} above`, addInstructionBefore(node, `ARG ${name}`));
  if (globals.has(name))
    return {
      at,
      message: say`${name} is declared before the first FROM, and this stage does not know it.`,
      fix: declare,
    };
  if (PLATFORM_ARGUMENTS.has(name))
    return { at, message: say`A stage knows ${name} only once it has declared it.`, fix: declare };
  if (isSetBelow(node, name)) return { at, message: say`${name} is set further down only.`, fix: declare };
  const known = [...node.state.env.all()].map((variable) => variable.name);
  const [near] = nearestNames(name, ['PATH', ...known], 1, 2);
  if (near !== undefined && name.length > 3)
    return {
      at,
      message: say`${name} is set nowhere; ${near} may be meant.`,
      fix: suggestion(`Write ${near}`, replaceIn(at, name, near)),
    };
  const isFromNothing = node.stage?.rootImage?.value === 'scratch';
  return asPeers || isFromNothing
    ? { at, message: say`${name} is set nowhere in this stage.`, fix: declare }
    : undefined;
}

function isSetBelow(node: Instruction, name: string): boolean {
  const instructions = node.stage?.instructions ?? [];
  return instructions.slice(instructions.indexOf(node) + 1).some(
    (other) =>
      (other.keyword === 'ENV' || other.keyword === 'ARG') &&
      // What is added to itself may well be there already, from the base image.
      other.pairs.some(
        (pair) =>
          pair.name.text === name && !(pair.value && variablesIn(pair.value).some((inner) => inner.name === name)),
      ),
  );
}
