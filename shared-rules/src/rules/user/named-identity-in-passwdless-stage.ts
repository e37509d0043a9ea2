import { replace, suggestion } from '../../edit.js';
import { isArchiveName } from '../../knowledge/sources.js';
import { anyBefore, type Instruction, type Instructions, type Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'named-identity-in-passwdless-stage',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['users', 'broken-build'],
  since: 'next',
  peers: { tally: ['named-identity-in-passwdless-stage'] },
  summary: 'Name users by number where there is no /etc/passwd.',
  docs: `
An image made from scratch has no \`/etc/passwd\` and no \`/etc/group\`, so nobody can tell which number a name stands for: a
\`COPY --chown\` by name stops the build, and a container with a USER by name does not start.

Use numbers, as in \`USER 65532:65532\`, which need no such file, or copy \`/etc/passwd\` and \`/etc/group\` from the stage that
made the user.`,
  sources: {
    'USER reference': 'https://docs.docker.com/reference/dockerfile/#user',
    'COPY --chown': 'https://docs.docker.com/reference/dockerfile/#copy---chown---chmod',
  },
  examples: [
    {
      title: 'A USER by name',
      bad: `
        FROM scratch
        COPY server.bin /server.bin
        USER «nobody»
        CMD ["/server.bin"]`,
      good: `
        FROM scratch
        COPY server.bin /server.bin
        USER 65532
        CMD ["/server.bin"]`,
    },
    {
      title: 'A group, and the owner of copied files, in a stage that starts from another',
      bad: `
        FROM scratch AS base
        USER 1000:«app»
        FROM base
        COPY --chown=«app:app» server.bin /`,
      good: `
        FROM scratch AS base
        USER 65532:65532
        FROM base
        COPY --chown=65532:65532 server.bin /`,
    },
    {
      title: 'Numbers and variables',
      good: `
        FROM scratch
        ARG USER_NAME
        COPY --chown=1000:1000 server.bin /
        COPY --chown=$USER_NAME a.bin /
        USER $USER_NAME
        USER 1000:1000`,
    },
    {
      title: 'Users that were copied in, by themselves or with a whole system',
      good: `
        FROM debian:12 AS build
        FROM scratch
        COPY --from=build /etc/passwd /etc/group /etc/
        USER app:app
        FROM scratch
        COPY --from=build / /
        USER app
        FROM scratch
        ADD rootfs.tar.xz /
        USER app
        FROM scratch
        COPY <<EOF /etc/passwd
        app:x:1000:1000::/:
        EOF
        USER app
        FROM scratch
        COPY --from=build /out /
        USER app`,
    },
    {
      title: 'Distroless images know a user nonroot; after a SHELL anything may have been made',
      good: `
        FROM gcr.io/distroless/static-debian12
        USER nonroot:nonroot
        FROM scratch
        COPY busybox.bin /busybox
        SHELL ["/busybox", "sh", "-c"]
        RUN adduser app
        USER app`,
    },
    {
      title: 'Root is 0 by any name',
      good: `
        FROM scratch
        USER root`,
    },
  ],
  *check(file) {
    const hasUsers = anyBefore(bringsUsers);
    for (const node of file.all('USER', 'COPY', 'ADD')) {
      if (node.stage?.rootImage?.value !== 'scratch' || hasUsers(node)) continue;
      const owner = node.keyword === 'USER' ? node.body : node.flag('chown')?.value;
      if (!owner?.literal || owner.text === '') continue;
      const [user = '', group] = owner.text.split(':');
      const at = node.keyword === 'USER' ? (isNamed(user) ? node.name : node.group) : owner;
      if (!at || (!isNamed(user) && !(group !== undefined && isNamed(group)))) continue;
      const numbers = group === undefined ? '65532' : '65532:65532';
      yield {
        at,
        message: say`${at.text} is unknown here: an image from scratch has no /etc/passwd and no /etc/group.`,
        fix: suggestion(`Use ${numbers}`, replace(owner, numbers)),
      };
    }
  },
});

const isNamed = (name: string): boolean => name !== '' && name !== 'root' && !/^\d+$/.test(name);

/** Whether an instruction may have brought a list of users. */
function bringsUsers(node: Instruction): boolean {
  if (node.keyword === 'SHELL') return true;
  return (node.keyword === 'COPY' || node.keyword === 'ADD') && mayHoldUsers(node);
}

function mayHoldUsers({ keyword, sources, target, heredocs }: Instructions['COPY' | 'ADD']): boolean {
  if (!target) return false;
  if (!target.literal || /^\/etc(\/(passwd|group)?)?$/.test(target.text)) return true;
  if (keyword === 'ADD' && sources.some(({ text }) => isArchiveName(text))) return true;
  return target.text === '/' && heredocs.length === 0 && !sources.every(isFile);
}

/** Whether a source is a file by its ending; anything else may be a folder with a whole system in it. */
const isFile = ({ text }: Word): boolean => /\.\w+$/.test(text) && !/[*?[]/.test(text);
