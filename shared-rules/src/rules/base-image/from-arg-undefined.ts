import { addInstructionBefore, replaceIn, suggestion } from '../../edit.js';
import { PLATFORM_ARGUMENTS } from '../../knowledge/arguments.js';
import { nearestNames } from '../../knowledge/nearest.js';
import { variablesIn } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'from-arg-undefined',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['correctness'],
  since: 'next',
  peers: { buildkit: ['UndefinedArgInFrom'] },
  summary: 'Declare the arguments of FROM before the first FROM.',
  docs: `
FROM sees only what ARG declares above the first FROM, and what the builder sets by itself, as BUILDPLATFORM. Any other
name is nothing there: the build asks for another image than the one that is meant, or for none at all.

Declare the argument at the head of the file; one in a stage does not count.`,
  sources: { UndefinedArgInFrom: 'https://docs.docker.com/reference/build-checks/undefined-arg-in-from/' },
  examples: [
    {
      title: 'A slip of the finger',
      bad: `
        FROM --platform=«$BUILDPLATFROM» debian:12`,
      good: `
        FROM --platform=$BUILDPLATFORM debian:12`,
    },
    {
      title: 'Declared nowhere',
      bad: `
        FROM debian:«\${RELEASE:-12}»`,
      good: `
        ARG RELEASE
        FROM debian:\${RELEASE:-12}`,
      except: ['behind another stage', 'below a whale'],
    },
    {
      title: 'Declared in a stage only',
      bad: `
        FROM debian:12
        ARG IMAGE=alpine
        FROM «$IMAGE»`,
    },
    {
      title: 'A placeholder of a dev container template',
      good: `
        FROM mcr.microsoft.com/devcontainers/go:2-\${templateOption:imageVariant}`,
    },
    {
      title: 'Declared above, with or without a default, and set by the builder',
      good: `
        ARG IMAGE=debian
        ARG RELEASE
        FROM --platform=$TARGETPLATFORM $IMAGE:$RELEASE
        FROM $IMAGE`,
      except: ['behind another stage'],
    },
  ],
  *check(file) {
    const declared = file.globalArgs.flatMap(({ pairs }) => pairs.map(({ name }) => name.text));
    const known = new Set([...declared, ...PLATFORM_ARGUMENTS]);
    const [first] = file.all('FROM');
    for (const node of file.all('FROM')) {
      const seen = new Set<string>();
      const platform = node.flag('platform')?.value;
      for (const word of [...(platform ? [platform] : []), node.image.word]) {
        for (const { at, name, operator, operand } of variablesIn(word)) {
          if (known.has(name) || seen.has(name)) continue;
          // It is filled in before any builder sees the file.
          if (name === 'templateOption') continue;
          // Without a default anywhere, a declaration alone makes no image of it.
          const hasDefault =
            operator !== undefined &&
            operator.endsWith('-') &&
            operand.some((part) => part.kind === 'text' && part.text !== '');
          seen.add(name);
          const [near] = nearestNames(name, known, 1, 2);
          yield {
            at,
            message:
              near === undefined
                ? say`No ARG above the first FROM declares ${name}.`
                : say`No ARG above the first FROM declares ${name}; ${near} may be meant.`,
            fix:
              near !== undefined
                ? suggestion(`Write ${near}`, replaceIn(at, name, near))
                : first && hasDefault
                  ? suggestion(`Declare ARG ${name}`, addInstructionBefore(first, `ARG ${name}`))
                  : undefined,
          };
        }
      }
    }
  },
});
