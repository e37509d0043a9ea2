import { isForDevelopment } from '../../knowledge/stages.js';
import { placesOf, type Instructions, type Located } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'sudoers-nopasswd',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['security', 'users'],
  since: 'next',
  summary: 'Do not let the user of the image become root by sudo.',
  docs: `
With \`NOPASSWD\` in sudoers, whoever breaks into the program is root with one word, and \`USER\` protects nothing. It also
fails where containers are run without new privileges, as Kubernetes does under its restricted policy.

Do what needs root above USER, and leave sudo out. What the program needs at run time comes by the owner of a folder or by
a single capability.

Leave the rule off for images in which people work.`,
  sources: {
    'Best practices for building': 'https://docs.docker.com/build/building/best-practices/#user',
    'Pod Security Standards': 'https://kubernetes.io/docs/concepts/security/pod-security-standards/',
  },
  examples: [
    {
      title: 'A line in sudoers, and a file beside it',
      bad: `
        FROM debian:12
        RUN echo "app ALL=(ALL) «NOPASSWD»: ALL" >> /etc/sudoers
        RUN useradd app && printf 'app ALL=(ALL) «NOPASSWD»:ALL\\n' > /etc/sudoers.d/app
        USER app`,
    },
    {
      title: 'By sed, by tee and by heredoc',
      bad: `
        FROM debian:12
        RUN sed -i 's/^%sudo.*/%sudo ALL=(ALL) «NOPASSWD»:ALL/' /etc/sudoers
        RUN echo "app ALL=(ALL) «NOPASSWD»:ALL" | tee /etc/sudoers.d/app
        COPY <<EOF /etc/sudoers.d/worker
        worker ALL=(ALL) «NOPASSWD»: ALL
        EOF`,
    },
    {
      title: 'For the user that a dev container is entered as',
      good: `
        ARG USERNAME=vscode
        FROM debian:12
        ARG USERNAME=vscode
        RUN useradd -m $USERNAME && echo "$USERNAME ALL=(root) NOPASSWD:ALL" > /etc/sudoers.d/$USERNAME
        CMD ["bash"]`,
    },
    {
      title: 'For some commands alone',
      good: `
        FROM debian:12
        RUN echo "mpd ALL=NOPASSWD: /usr/bin/mount, /usr/bin/umount" >> /etc/sudoers`,
    },
    {
      title: 'A comment, another file, and sudoers that ask',
      good: `
        FROM debian:12
        # NOPASSWD in /etc/sudoers would be convenient
        RUN echo "NOPASSWD is out" > /etc/motd
        RUN echo "app ALL=(ALL) ALL" >> /etc/sudoers`,
    },
    {
      title: 'A stage for development, and one that is only copied from',
      good: `
        FROM debian:12 AS build
        RUN echo "app ALL=(ALL) NOPASSWD: ALL" >> /etc/sudoers
        FROM debian:12 AS dev
        RUN echo "app ALL=(ALL) NOPASSWD: ALL" >> /etc/sudoers
        FROM debian:12
        COPY --from=build /app /app`,
    },
    {
      title: 'A dev container',
      path: '.devcontainer/Dockerfile',
      good: `
        FROM debian:12
        RUN echo "vscode ALL=(ALL) NOPASSWD: ALL" > /etc/sudoers.d/vscode`,
    },
  ],
  *check(file) {
    if (!file.text.includes('NOPASSWD')) return;
    for (const node of file.allWithTriggers('RUN', 'COPY', 'ADD')) {
      const { stage } = node;
      if (!stage || (!stage.ships && !stage.isOutput) || isForDevelopment(stage, file)) continue;
      for (const part of writtenToSudoers(node)) {
        const [place] = placesOf(file, /\bNOPASSWD\b(?=:\s*(?:[A-Z]+:\s*)*ALL\b)/g, part);
        if (place)
          yield { at: place, message: say`Whoever gets in as this user becomes root by sudo, without a password.` };
      }
    }
  },
});

/** What an instruction writes into sudoers: words of its commands, heredocs of a copy. */
function writtenToSudoers(node: Instructions['RUN' | 'COPY' | 'ADD']): readonly Located[] {
  if (node.keyword !== 'RUN') return node.target?.text.includes('/sudoers') ? node.heredocs : [];
  const words = node.commands.flatMap(({ args, redirections }) => [
    ...args,
    ...redirections.flatMap(({ target }) => target ?? []),
  ]);
  if (!words.some(({ text }) => text.includes('/etc/sudoers'))) return [];
  return [...new Set(words.filter(({ text }) => text.includes('NOPASSWD') && !text.includes('\n#')))];
}
