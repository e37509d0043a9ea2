import { remove, replace, suggestion, wordsAfter, type Fix } from '../../edit.js';
import { javaFor, jvmOptionLists, type JavaVersion } from '../../knowledge/java.js';
import { flagInAnyCase, flagOf, kindOfFlag } from '../../knowledge/jvm-flags.js';
import type { OptionList, ProgramOption, Word } from '../../model/index.js';
import { rule, say, type Message } from '../../rule.js';

export default rule({
  id: 'java-flag-syntax',
  kinds: ['dockerfile', 'shell', 'compose', 'kubernetes'],
  severity: 'error',
  profile: 'recommended',
  tags: ['java', 'runtime', 'broken-start'],
  since: 'next',
  summary: 'Write options of the Java VM as it reads them, or it refuses to start.',
  docs: `
One wrong letter in an option and the Java VM prints "Unrecognized VM option" or "Invalid maximum heap size" and exits:
the image builds, the container dies. An option behind the jar is worse still: it goes to the program, and the VM
quietly runs with its defaults.

- \`-Xmx512m\`, \`-Xms\` and \`-Xss\` take their value without an equals sign or a blank.
- \`-XX:Name=value\` takes one, and no blank; a switch is \`-XX:+Name\` or \`-XX:-Name\`.
- Names are exact to the letter: \`MaxRAM\`, not \`MaxRam\`.
- Up to Java 12 a percentage needs a decimal point: \`-XX:MaxRAMPercentage=75.0\`.
- All of them come before \`-jar\` or the main class.

Only names that come close to a known one are judged.`,
  sources: {
    'The java command': 'https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html',
    'How the VM reads its options':
      'https://github.com/openjdk/jdk/blob/master/src/hotspot/share/runtime/arguments.cpp',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'An equals sign, and a missing dash',
      bad: `
        FROM eclipse-temurin:21-jre
        ENV JAVA_OPTS="«-Xmx=1g» «XX:MaxHeapFreeRatio=40»"
        CMD java $JAVA_OPTS -jar app.jar`,
      good: `
        FROM eclipse-temurin:21-jre
        ENV JAVA_OPTS="-Xmx1g -XX:MaxHeapFreeRatio=40"
        CMD java $JAVA_OPTS -jar app.jar`,
    },
    {
      title: 'Names in another case, in an exec form',
      bad: `
        FROM eclipse-temurin:21-jre
        ENTRYPOINT ["java", "«-XX:MaxRam=500m»", "«-XX:ParallelGcThreads=2»", "-jar", "app.jar"]`,
      good: `
        FROM eclipse-temurin:21-jre
        ENTRYPOINT ["java", "-XX:MaxRAM=500m", "-XX:ParallelGCThreads=2", "-jar", "app.jar"]`,
    },
    {
      title: 'Switches with a value or without a sign, and a number with a sign',
      bad: `
        FROM eclipse-temurin:21-jre
        ENV JAVA_TOOL_OPTIONS="«-XX:UseSerialGC» «-XX:UsePerfData=false» «-XX:+MaxRAMPercentage=60.0»"`,
      good: `
        FROM eclipse-temurin:21-jre
        ENV JAVA_TOOL_OPTIONS="-XX:+UseSerialGC -XX:-UsePerfData -XX:MaxRAMPercentage=60.0"`,
    },
    {
      title: 'A blank before the value',
      bad: `
        FROM eclipse-temurin:21-jre
        ENV JAVA_OPTS="«-XX:MaxRAMPercentage» 60.0 -Dx=y"
        CMD ["java", "«-Xmx»", "512m", "-jar", "app.jar"]`,
      good: `
        FROM eclipse-temurin:21-jre
        ENV JAVA_OPTS="-XX:MaxRAMPercentage=60.0 -Dx=y"
        CMD ["java", "-Xmx512m", "-jar", "app.jar"]`,
    },
    {
      title: 'A percentage without a decimal point, which Java 11 refuses',
      bad: `
        FROM eclipse-temurin:11-jre
        CMD java «-XX:MaxRAMPercentage=75» -jar app.jar`,
      good: `
        FROM eclipse-temurin:11-jre
        CMD java -XX:MaxRAMPercentage=75.0 -jar app.jar`,
    },
    {
      title: 'Behind the jar, where the program gets them',
      bad: `
        FROM eclipse-temurin:21-jre
        ENTRYPOINT ["java", "-jar", "app.jar", "«-Xmx512m»", "--server.port=80"]`,
      good: `
        FROM eclipse-temurin:21-jre
        ENTRYPOINT ["java", "-Xmx512m", "-jar", "app.jar", "--server.port=80"]`,
    },
    {
      title: 'A property behind the jar, in an entrypoint script',
      kind: 'shell',
      bad: `
        #!/bin/sh
        exec java -jar /app.jar «-Dspring.profiles.active=prod» "$@"`,
      good: `
        #!/bin/sh
        exec java -Dspring.profiles.active=prod -jar /app.jar "$@"`,
    },
    {
      title: 'Names that nobody here knows',
      good: `
        FROM eclipse-temurin:21-jre
        CMD java -XX:+SomethingOfTheVendor -XX:Tuning=3 -Xquickstart -jar app.jar`,
    },
    {
      title: 'Percentages that newer versions read, or an unknown one may',
      good: `
        FROM eclipse-temurin:17-jre AS new
        CMD java -XX:MaxRAMPercentage=75 -jar app.jar
        FROM registry.example.com/java
        CMD java -XX:MaxRAMPercentage=75 -jar app.jar`,
    },
    {
      title: 'Values from variables, and arguments of the program',
      good: `
        FROM eclipse-temurin:21-jre
        CMD java -Xmx$HEAP -XX:MaxRAMPercentage=$SHARE -cp app.jar com.example.Main -Dtool.option=1 --XX`,
    },
    {
      title: 'In a Compose file',
      kind: 'compose',
      bad: `
        services:
          api:
            image: eclipse-temurin:11-jre
            environment:
              - JAVA_OPTS=«-Xmx=512m» «-XX:MaxRAMPercentage=75»
            command: ["java", "«-XX:UseSerialGC»", "-jar", "app.jar"]`,
      good: `
        services:
          api:
            image: eclipse-temurin:11-jre
            environment:
              - JAVA_OPTS=-Xmx512m -XX:MaxRAMPercentage=75.0
            command: ["java", "-XX:+UseSerialGC", "-jar", "app.jar"]`,
    },
  ],
  *check(file) {
    for (const list of jvmOptionLists(file)) {
      const java = javaFor(list);
      for (const option of list.options) {
        const wrong = faultOf(option.text, java) ?? separated(option, list);
        if (wrong) yield { at: option.at, message: wrong.message, fix: mended(option, wrong, java) };
      }
      for (const word of list.operands) {
        if (!isForVm(word, list)) continue;
        yield {
          at: word,
          message: say`${word.text} stands behind what is run, so the program gets it and the VM never sees it.`,
          severity: 'warning' as const,
          fix: moved(word, list),
        };
      }
    }
  },
});

interface Fault {
  readonly message: Message;
  /** The option as it was meant; absent where nobody can tell. */
  readonly meant?: string;
  /** A word that becomes part of the option. */
  readonly takes?: Word;
}

function faultOf(text: string, java: JavaVersion | undefined): Fault | undefined {
  if (/^XX:[+-]?\w/.test(text)) return { message: say`${text} lacks the dash in front.`, meant: `-${text}` };
  const [, sized, size = ''] = /^(-Xm[xsn]|-Xss)=(.*)$/.exec(text) ?? [];
  if (sized !== undefined)
    return { message: say`${sized} takes its value without an equals sign.`, meant: sized + size };
  const flag = flagOf(text);
  if (!flag) return undefined;
  const { name, sign, value } = flag;
  const kind = kindOfFlag(name);
  if (!kind) {
    const right = flagInAnyCase(name);
    if (right === undefined) return undefined;
    return { message: say`The VM knows ${right}, not ${name}.`, meant: text.replace(name, right) };
  }
  if (kind === 'boolean') {
    if (sign !== undefined && value === undefined) return undefined;
    const isOff = value === 'false' || value === '0' || (value === undefined && sign === '-');
    const isPlain = value === undefined || /^(true|false|0|1)$/.test(value);
    const meant = `-XX:${isOff ? '-' : '+'}${name}`;
    return { message: say`${name} is a switch: it is written ${meant}.`, ...(isPlain ? { meant } : {}) };
  }
  if (sign !== undefined) {
    const message = say`${name} takes a value, not a sign.`;
    return value === undefined ? { message } : { message, meant: `-XX:${name}=${value}` };
  }
  if (kind === 'percentage' && value !== undefined && /^\d+$/.test(value) && java && java.major < 13) {
    return { message: say`Java ${java.major} reads ${name} only with a decimal point.`, meant: `${text}.0` };
  }
  return undefined;
}

/** An option whose value stands behind a blank. */
function separated(option: ProgramOption, { options, operands, command }: OptionList): Fault | undefined {
  const isSize = /^(-Xm[xsn]|-Xss)$/.test(option.text);
  const flag = flagOf(option.text);
  const isFlag =
    flag && flag.value === undefined && ['number', 'size', 'percentage'].includes(kindOfFlag(flag.name) ?? '');
  if (!isSize && !isFlag) return undefined;
  const isLast = options.at(-1) === option;
  const next = command
    ? isLast
      ? operands[0]
      : undefined
    : options.find(({ index }) => index === option.index + 1)?.word;
  if (!next || !/^\d[\d.]*[kKmMgGtT]?$/.test(next.text)) return undefined;
  const meant = option.text + (isSize ? '' : '=') + next.text;
  return { message: say`A blank parts ${option.text} from its value ${next.text}.`, meant, takes: next };
}

function mended({ word, literal }: ProgramOption, fault: Fault, java: JavaVersion | undefined): Fix | undefined {
  let { meant } = fault;
  if (!word || !literal || meant === undefined) return undefined;
  // An option may be wrong in more than one way.
  for (let more = faultOf(meant, java); more; more = faultOf(meant, java)) {
    if (more.meant === undefined) return undefined;
    meant = more.meant;
  }
  return suggestion(`Write ${meant}`, replace(word, meant), ...(fault.takes ? [remove(fault.takes)] : []));
}

/** Whether only a VM could make use of the word. A program with a main class may read properties of its own. */
function isForVm({ text, literal }: Word, { command }: OptionList): boolean {
  if (!literal || !command) return false;
  return /^-X(m[xsn]\d|ss\d|X:[+-]?[A-Z])/.test(text) || (command.has('-jar') && /^-D[\w.]+=/.test(text));
}

function moved(word: Word, { command }: OptionList): Fix | undefined {
  if (!command?.args.includes(word) || !/^[\w.:=+/-]+$/.test(word.text)) return undefined;
  return suggestion('Move it in front', remove(word), wordsAfter(command.program, word.text));
}
