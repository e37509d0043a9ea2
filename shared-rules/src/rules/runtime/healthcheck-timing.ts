import { insertAfter, suggestion } from '../../edit.js';
import { secondsIn } from '../../knowledge/durations.js';
import { mainCommand } from '../../knowledge/start.js';
import type { Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'healthcheck-timing',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'recommended',
  tags: ['runtime', 'healthcheck'],
  since: 'next',
  summary: 'Give a program that starts slowly a start period before its health check counts.',
  docs: `
By default three failed checks make a container unhealthy, and nothing is forgiven while it starts. A Java or Rails
application that needs longer is taken for dead, and whatever restarts unhealthy containers starts it over and over.

Add \`--start-period=30s\`, as long as a slow start takes: failures within it do not count. A \`--timeout\` that is as long as
the \`--interval\` finds a hanging program late, for the next check starts only after it.`,
  sources: {
    'HEALTHCHECK reference': 'https://docs.docker.com/reference/dockerfile/#healthcheck',
  },
  examples: [
    {
      title: 'Java, with the defaults',
      bad: `
        FROM eclipse-temurin:21-jre
        «HEALTHCHECK» CMD ["java", "-cp", "app.jar", "Probe"]
        CMD ["java", "-jar", "app.jar"]`,
      good: `
        FROM eclipse-temurin:21-jre
        HEALTHCHECK --start-period=30s CMD ["java", "-cp", "app.jar", "Probe"]
        CMD ["java", "-jar", "app.jar"]`,
    },
    {
      title: 'Rails',
      bad: `
        FROM ruby:3.4
        «HEALTHCHECK» CMD curl -f http://localhost:3000/up
        CMD ["bin/rails", "server", "-b", "0.0.0.0"]`,
      good: `
        FROM ruby:3.4
        HEALTHCHECK --start-period=30s CMD curl -f http://localhost:3000/up
        CMD ["bin/rails", "server", "-b", "0.0.0.0"]`,
    },
    {
      title: 'A timeout as long as the interval',
      bad: `
        FROM node:22
        «HEALTHCHECK» --interval=10s --timeout=1m CMD curl -f http://localhost/
        CMD ["node", "server.js"]`,
    },
    {
      title: 'Times that somebody has thought of',
      good: `
        FROM eclipse-temurin:21-jre AS one
        HEALTHCHECK --interval=1m CMD ["java", "-cp", "app.jar", "Probe"]
        CMD ["java", "-jar", "app.jar"]
        FROM node:22
        HEALTHCHECK --interval=1m --timeout=5s CMD curl -f http://localhost/
        CMD ["node", "server.js"]`,
    },
    {
      title: 'None, and programs that start quickly',
      good: `
        FROM eclipse-temurin:21-jre AS one
        HEALTHCHECK NONE
        CMD ["java", "-jar", "app.jar"]
        FROM nginx:1.27
        HEALTHCHECK CMD curl -f http://localhost/`,
    },
  ],
  *check(file) {
    for (const stage of file.stages) {
      const node = stage.effective('HEALTHCHECK');
      if (!node?.commandText || node.stage !== stage || node.type?.text.toUpperCase() !== 'CMD') continue;
      const timeout = secondsIn(node.flag('timeout')?.value?.text);
      const interval = node.flag('interval') ? secondsIn(node.flag('interval')?.value?.text) : DEFAULT_INTERVAL;
      if (timeout !== undefined && interval !== undefined && timeout >= interval) {
        yield { at: node.head, message: say`The timeout is as long as the interval, so a hang is noticed late.` };
      } else if (!node.flag('start-period') && !node.flag('interval') && startsSlowly(stage)) {
        yield {
          at: node.head,
          message: say`Failures count from the first second, while the program still starts.`,
          fix: suggestion('Add a start period', insertAfter(node.head, ' --start-period=30s')),
        };
      }
    }
  },
});

/** In seconds. Source: Dockerfile reference, "HEALTHCHECK". */
const DEFAULT_INTERVAL = 30;

function startsSlowly(stage: Stage): boolean {
  const nodes = [stage.effective('ENTRYPOINT'), stage.effective('CMD')];
  return nodes.some((node) => {
    const command = node && mainCommand(node);
    if (!command) return false;
    const { program, args } = command;
    return (
      ['java', 'rails', 'catalina.sh'].includes(program.text) ||
      (program.text === 'bundle' && args.some(({ text }) => /^(bin\/)?rails$|^puma$/.test(text)))
    );
  });
}
