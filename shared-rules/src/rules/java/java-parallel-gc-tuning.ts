import { suggestion, withOptions, withoutOptions } from '../../edit.js';
import { isForProduction, jvmOptionLists } from '../../knowledge/java.js';
import { collectorOf, COLLECTORS, flagOf } from '../../knowledge/jvm-flags.js';
import { rule, say } from '../../rule.js';

const TIME = 'GCTimeRatio';
const WEIGHT = 'AdaptiveSizePolicyWeight';

export default rule({
  id: 'java-parallel-gc-tuning',
  kinds: ['dockerfile', 'shell'],
  severity: 'hint',
  profile: 'all',
  tags: ['java', 'memory'],
  since: 'next',
  summary: 'Tell the parallel collector to give memory back, and no other collector.',
  docs: `
The parallel collector is made for throughput: it lets the heap grow to its bound and keeps it, on a node where others could
use that memory. \`-XX:GCTimeRatio=4\` lets it spend up to a fifth of the time on a smaller heap, and
\`-XX:AdaptiveSizePolicyWeight=90\` makes it follow the present load.

Other collectors ignore \`AdaptiveSizePolicyWeight\`. Measure before you keep either.`,
  sources: {
    'The parallel collector': 'https://docs.oracle.com/en/java/javase/21/gctuning/parallel-collector1.html',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A parallel collector as it comes',
      bad: `
        FROM eclipse-temurin:21-jre
        ENV JAVA_OPTS="«-XX:+UseParallelGC» -Xmx1g"`,
      good: `
        FROM eclipse-temurin:21-jre
        ENV JAVA_OPTS="-XX:+UseParallelGC -Xmx1g -XX:GCTimeRatio=4 -XX:AdaptiveSizePolicyWeight=90"`,
    },
    {
      title: 'A weight for another collector',
      bad: `
        FROM eclipse-temurin:21-jre
        CMD ["java", "-XX:+UseG1GC", "«-XX:AdaptiveSizePolicyWeight=90»", "-jar", "app.jar"]`,
      good: `
        FROM eclipse-temurin:21-jre
        CMD ["java", "-XX:+UseG1GC", "-jar", "app.jar"]`,
    },
    {
      title: 'A parallel collector with one of them',
      good: `
        FROM eclipse-temurin:21-jre
        CMD ["java", "-XX:+UseParallelGC", "-XX:GCTimeRatio=9", "-jar", "app.jar"]`,
    },
    {
      title: 'Another collector, and a weight for one that is chosen elsewhere',
      good: `
        FROM eclipse-temurin:21-jre
        ENV JAVA_OPTS="-XX:AdaptiveSizePolicyWeight=90"
        CMD java $JAVA_OPTS -XX:+UseSerialGC -jar app.jar`,
    },
  ],
  *check(file) {
    for (const list of jvmOptionLists(file)) {
      if (!isForProduction(list)) continue;
      const { options } = list;
      const chosen = options.find(({ text }) => collectorOf(text) !== undefined);
      const family = chosen && COLLECTORS.get(collectorOf(chosen.text) ?? '')?.family;
      const weight = options.find(({ text }) => flagOf(text)?.name === WEIGHT);
      if (!chosen) continue;
      if (family !== 'Parallel') {
        if (!weight) continue;
        const edits = withoutOptions(list, [weight]);
        yield {
          at: weight.at,
          message: say`${weight.text} has no effect on the collector ${family ?? ''}.`,
          severity: 'warning' as const,
          fix: edits && suggestion('Delete it', ...edits),
        };
      } else if (!weight && !options.some(({ text }) => flagOf(text)?.name === TIME)) {
        const edits = withOptions(list, `-XX:${TIME}=4`, `-XX:${WEIGHT}=90`);
        yield {
          at: chosen.at,
          message: say`The parallel collector keeps what memory it once took.`,
          fix: edits.length > 0 ? suggestion('Let it give memory back', ...edits) : undefined,
        };
      }
    }
  },
});
