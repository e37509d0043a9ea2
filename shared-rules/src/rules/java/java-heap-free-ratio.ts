import { replace, suggestion, withOptions, withoutOptions, type Fix } from '../../edit.js';
import { isForProduction, jvmOptionLists } from '../../knowledge/java.js';
import { bytesOf, collectorOf, flagOf } from '../../knowledge/jvm-flags.js';
import type { OptionList, ProgramOption } from '../../model/index.js';
import { rule, say } from '../../rule.js';

const MIN = 'MinHeapFreeRatio';
const MAX = 'MaxHeapFreeRatio';

export default rule({
  id: 'java-heap-free-ratio',
  kinds: ['dockerfile', 'shell', 'compose', 'kubernetes'],
  severity: 'hint',
  profile: 'recommended',
  tags: ['java', 'memory'],
  since: 'next',
  summary: 'Give the Java heap free ratios that fit each other and its size.',
  docs: `
\`MinHeapFreeRatio\` and \`MaxHeapFreeRatio\` say how much of the heap may stand free before it grows or shrinks.
With the least above the greatest the Java VM refuses to start. With \`-Xms\` equal to \`-Xmx\` the heap never changes its size,
and whoever set the ratios waits in vain for memory to be given back.

With the option \`tuning\` a serial collector without ratios is reported as well: it keeps up to 70 % of the heap free, and
20 and 40 make it give memory back to the node. That costs more collections: measure both.`,
  sources: {
    'The java command': 'https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html',
    'Sizing the generations':
      'https://docs.oracle.com/en/java/javase/21/gctuning/factors-affecting-garbage-collection-performance.html',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  options: {
    tuning: { type: 'boolean', default: false, about: 'Report also a serial collector without ratios.' },
  },
  examples: [
    {
      title: 'The least above the greatest',
      bad: `
        FROM eclipse-temurin:21-jre
        ENV JAVA_OPTS="«-XX:MinHeapFreeRatio=60» -XX:MaxHeapFreeRatio=40"`,
      good: `
        FROM eclipse-temurin:21-jre
        ENV JAVA_OPTS="-XX:MinHeapFreeRatio=40 -XX:MaxHeapFreeRatio=60"`,
    },
    {
      title: 'A heap of one size',
      bad: `
        FROM eclipse-temurin:21-jre
        CMD ["java", "-Xms1g", "-Xmx1024m", "«-XX:MinHeapFreeRatio=20»", "-XX:MaxHeapFreeRatio=40", "-jar", "app.jar"]`,
      good: `
        FROM eclipse-temurin:21-jre
        CMD ["java", "-Xms1g", "-Xmx1024m", "-jar", "app.jar"]`,
    },
    {
      title: 'A serial collector, where tuning is asked for',
      options: { tuning: true },
      bad: `
        FROM eclipse-temurin:21-jre
        ENV JAVA_OPTS="«-XX:+UseSerialGC» -XX:MaxRAMPercentage=75.0"`,
      good: `
        FROM eclipse-temurin:21-jre
        ENV JAVA_OPTS="-XX:+UseSerialGC -XX:MaxRAMPercentage=75.0 -XX:MinHeapFreeRatio=20 -XX:MaxHeapFreeRatio=40"`,
    },
    {
      title: 'A serial collector, where it is not',
      good: `
        FROM eclipse-temurin:21-jre
        ENV JAVA_OPTS="-XX:+UseSerialGC -XX:MaxRAMPercentage=75.0"`,
    },
    {
      title: 'Ratios that fit, another collector, and figures from variables',
      options: { tuning: true },
      good: `
        FROM eclipse-temurin:21-jre
        ENV JAVA_OPTS="-XX:+UseSerialGC -XX:MinHeapFreeRatio=20 -XX:MaxHeapFreeRatio=40"
        ENV CATALINA_OPTS="-XX:+UseG1GC -Xms512m -Xmx1g -XX:MaxHeapFreeRatio=40"
        CMD java -XX:MinHeapFreeRatio=$LEAST -XX:MaxHeapFreeRatio=40 -jar app.jar`,
    },
    {
      title: 'In a Compose file',
      kind: 'compose',
      bad: `
        services:
          api:
            image: example/api:1.4
            environment:
              JAVA_OPTS: -Xms1g -Xmx1g «-XX:MinHeapFreeRatio=20» -XX:MaxHeapFreeRatio=40`,
      good: `
        services:
          api:
            image: example/api:1.4
            environment:
              JAVA_OPTS: -Xms1g -Xmx1g`,
    },
  ],
  *check(file, { options: { tuning } }) {
    for (const list of jvmOptionLists(file)) {
      const { options } = list;
      const least = options.find(({ text }) => flagOf(text)?.name === MIN);
      const greatest = options.find(({ text }) => flagOf(text)?.name === MAX);
      const ratio = least ?? greatest;
      if (least && greatest && valueOf(least) > valueOf(greatest)) {
        yield {
          at: least.at,
          message: say`${least.text} is above ${greatest.text}: the VM refuses to start.`,
          severity: 'error' as const,
          fix: swapped(least, greatest),
        };
      } else if (ratio && hasOneSize(list)) {
        const edits = withoutOptions(
          list,
          options.filter((one) => one === least || one === greatest),
        );
        yield {
          at: ratio.at,
          message: say`-Xms is -Xmx here, so the heap never changes its size and ${ratio.text} has no effect.`,
          severity: 'warning' as const,
          fix: edits && suggestion('Delete the ratios', ...edits),
        };
      } else if (tuning && !ratio && isForProduction(list)) {
        yield* tuned(list);
      }
    }
  },
});

const valueOf = ({ text }: ProgramOption): number => Number(flagOf(text)?.value ?? NaN);

function hasOneSize({ options }: OptionList): boolean {
  const size = (flag: string) =>
    bytesOf(options.findLast(({ text }) => text.startsWith(flag))?.text.slice(flag.length) ?? '');
  const least = size('-Xms');
  return least !== undefined && least === size('-Xmx');
}

function swapped(least: ProgramOption, greatest: ProgramOption): Fix | undefined {
  if (!least.word || !greatest.word) return undefined;
  return suggestion(
    'Swap the values',
    replace(least.word, `-XX:${MIN}=${valueOf(greatest)}`),
    replace(greatest.word, `-XX:${MAX}=${valueOf(least)}`),
  );
}

function* tuned(list: OptionList) {
  const serial = list.options.find(({ text }) => collectorOf(text) === 'UseSerialGC');
  if (!serial) return;
  const edits = withOptions(list, `-XX:${MIN}=20`, `-XX:${MAX}=40`);
  yield {
    at: serial.at,
    message: say`The serial collector keeps up to 70 % of the heap free rather than give memory back.`,
    fix: edits.length > 0 ? suggestion('Keep 20 to 40 % of it free', ...edits) : undefined,
  };
}
