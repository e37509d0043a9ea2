import { replace, suggestion } from '../../edit.js';
import { isRoot, membershipsIn } from '../../knowledge/users.js';
import type { Instruction } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'user-explicit-group-drops-supplementary-groups',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['users', 'permissions'],
  since: 'next',
  peers: { tally: ['user-explicit-group-drops-supplementary-groups'] },
  summary: 'Do not name a group in USER if the user needs its further groups.',
  docs: `
\`USER app:app\` gives the process this one group and takes all others from it, so what the user was put into a group for,
a device or a shared folder, ends in "Permission denied". \`USER app\` keeps them.

Leave the group out: the user's own group comes from /etc/passwd. In Kubernetes, \`supplementalGroups\` adds groups again.
Leave it where the process is meant to do without these groups.`,
  sources: {
    'USER reference': 'https://docs.docker.com/reference/dockerfile/#user',
    'Pod security context': 'https://kubernetes.io/docs/tasks/configure-pod-container/security-context/',
  },
  examples: [
    {
      title: 'Groups given by useradd',
      bad: `
        FROM debian:12
        RUN useradd -r -G video,audio app
        USER app:«app»
        CMD ["/server"]`,
      good: `
        FROM debian:12
        RUN useradd -r -G video,audio app
        USER app
        CMD ["/server"]`,
    },
    {
      title: 'Groups given later, in the stage that this one starts from',
      bad: `
        FROM debian:12 AS base
        RUN useradd one && useradd two && useradd three && useradd four
        RUN usermod -aG docker one && gpasswd -a two docker && adduser three docker && addgroup four docker
        USER one:«one»
        FROM base
        USER two:«two»
        USER three:«three»
        USER four:«four»`,
      good: `
        FROM debian:12 AS base
        RUN useradd one && useradd two && useradd three && useradd four
        RUN usermod -aG docker one && gpasswd -a two docker && adduser three docker && addgroup four docker
        USER one
        FROM base
        USER two
        USER three
        USER four`,
    },
    {
      title: 'Without a group, by number, as root, and a user without further groups',
      good: `
        FROM debian:12
        RUN useradd -r -G video app && usermod -aG video root && useradd -r worker && groupadd app
        USER app
        USER 1000:1000
        USER root:root
        USER worker:worker`,
    },
    {
      title: 'Given afterwards, in another stage, or to whom only the build knows',
      good: `
        FROM debian:12 AS one
        RUN useradd -G video app
        FROM debian:12
        ARG NAME
        RUN useradd app && usermod -aG video $NAME
        USER app:app
        USER root
        RUN usermod -aG video app`,
    },
    {
      title: 'The one group that was given',
      good: `
        FROM debian:12
        RUN useradd -r app && usermod -aG video app
        USER app:video`,
    },
  ],
  *check(file) {
    for (const node of file.all('USER')) {
      const { name, group } = node;
      if (!group || !name.literal || isRoot(name.text) || /^\d+$/.test(name.text)) continue;
      const lost = groupsBefore(node, name.text).filter((given) => given !== group.text);
      const [first] = lost;
      if (first === undefined) continue;
      yield {
        at: group,
        message: say`With a group named here, ${name.text} is no longer in ${lost.join(', ')}.`,
        fix: suggestion('Leave the group out', replace(node.body, name.text)),
      };
    }
  },
});

/** The groups that the user was put into before an instruction, in its stage or in those it is based on. */
function groupsBefore(node: Instruction, user: string): readonly string[] {
  const before = node.stage?.instructions ?? [];
  const nodes = before.slice(0, before.indexOf(node));
  for (let at = node.stage?.base; at && !('kind' in at); at = at.base) nodes.push(...at.instructions);
  return nodes
    .flatMap((each) => (each.keyword === 'RUN' ? each.commands : []))
    .flatMap(membershipsIn)
    .filter((membership) => membership.user === user)
    .map(({ group }) => group);
}
