import type { Command, Word } from '../../model/index.js';
import { rule, say, type Finding } from '../../rule.js';

export default rule({
  id: 'cgroup-v1-path',
  kinds: ['dockerfile', 'shell'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['runtime'],
  since: 'next',
  summary: 'Read the limits of the container where cgroup v2 keeps them.',
  docs: `
The files of cgroup v1, such as \`/sys/fs/cgroup/memory/memory.limit_in_bytes\`, are not there on a host with cgroup v2, which
current distributions and Kubernetes use by default. The script then takes the memory or the processors of the whole host
for its own, or fails at the start.

Read \`/sys/fs/cgroup/memory.max\` and \`/sys/fs/cgroup/cpu.max\`, and fall back to the old files if they must be supported:
what names both is not reported.`,
  sources: {
    'cgroup v2 in Kubernetes': 'https://kubernetes.io/docs/concepts/architecture/cgroups/',
    'Control Group v2': 'https://docs.kernel.org/admin-guide/cgroup-v2.html',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'In an entrypoint script',
      kind: 'shell',
      bad: `
        #!/bin/sh
        limit=$(cat «/sys/fs/cgroup/memory/memory.limit_in_bytes»)
        exec java -Xmx$((limit / 2)) -jar /app.jar`,
    },
    {
      title: 'In a CMD',
      bad: `
        FROM debian:12
        CMD exec server --cpus $(cat «/sys/fs/cgroup/cpu/cpu.cfs_quota_us»)`,
    },
    {
      title: 'Both generations',
      kind: 'shell',
      good: `
        #!/bin/sh
        if [ -f /sys/fs/cgroup/memory.max ]; then
          limit=$(cat /sys/fs/cgroup/memory.max)
        else
          limit=$(cat /sys/fs/cgroup/memory/memory.limit_in_bytes)
        fi
        exec server --memory "$limit"`,
    },
    {
      title: 'The new one alone, and other files',
      good: `
        FROM debian:12
        RUN cat /sys/fs/cgroup/cgroup.controllers
        CMD exec server --memory $(cat /sys/fs/cgroup/memory.max)`,
    },
  ],
  *check(file) {
    if (file.kind === 'shell') yield* oldPaths(file.script.commands);
    else for (const node of file.allWithTriggers('RUN', 'CMD', 'ENTRYPOINT')) yield* oldPaths(node.commands);
  },
});

const OLD =
  /^\/sys\/fs\/cgroup\/(memory\/.*memory\.(limit|usage)_in_bytes|cpu(,cpuacct)?\/.*cpu\.cfs_(quota|period)_us|cpuset\/.*cpuset\.cpus)$/;
const NEW = /\/sys\/fs\/cgroup\/.*(memory\.max|memory\.current|cpu\.max|cgroup\.controllers|cpuset\.cpus\.effective)/;

const isInTree = ({ text }: Word): boolean => text.startsWith('/sys/fs/cgroup/');

function* oldPaths(commands: readonly Command[]): Iterable<Finding> {
  const words: Word[] = [];
  for (const { args, redirections } of commands) {
    for (const word of args) if (isInTree(word)) words.push(word);
    for (const { target } of redirections) if (target && isInTree(target)) words.push(target);
  }
  if (words.some(({ text }) => NEW.test(text))) return;
  const seen = new Set<string>();
  for (const word of words) {
    if (!OLD.test(word.text) || seen.has(word.text)) continue;
    seen.add(word.text);
    yield { at: word, message: say`${word.text} is not there under cgroup v2.` };
  }
}
