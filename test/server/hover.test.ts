import assert from 'node:assert/strict';

import type { Hover } from 'vscode-languageserver-protocol';

import { clients, MODERN, rangeIn } from './client.js';

const TEXT = `FROM debian:12 AS build
USER app
WORKDIR /srv
RUN bad && vague
FROM scratch
COPY --from=build /srv /srv
SHELL ["/bin/bash", "-c"]
RUN good
`;

describe('A hover', () => {
  const start = clients();

  it('on a finding explains it and shows what the fix makes of these lines', async () => {
    const client = await start();
    await client.open('Dockerfile', TEXT);
    const hover = await client.hover('Dockerfile', 3, 5);
    assert.deepEqual(hover?.range, rangeIn(TEXT, 'bad'));
    assert.deepEqual(hover.contents, {
      kind: 'markdown',
      value: `**Say good instead of bad.**  
bad is a bad word.

Bad words have bad consequences.
They may come years later.

Fix: **Say good** (safe: the build does what it did)

\`\`\`diff
-RUN bad && vague
+RUN good && vague
\`\`\`

[no-bad](https://github.com/plimsoll/plimsoll/blob/main/docs/rules/no-bad.md) · [The book of words](https://example.com/words) · also known as \`hadolint/DL9001\``,
    });
  });

  it('is the same over the character before, where editors show the finding already', async () => {
    const client = await start();
    await client.open('Dockerfile', TEXT);
    assert.deepEqual((await client.hover('Dockerfile', 3, 10))?.range, rangeIn(TEXT, 'vague'));
  });

  it('says so when the fix needs a look', async () => {
    const client = await start();
    await client.open('Dockerfile', TEXT);
    const value = valueOf(await client.hover('Dockerfile', 3, 12));
    assert.match(value, /\*\*Be exact\*\* \(needs a look/);
    assert.match(value, /^-RUN bad && vague\n\+RUN bad && exact$/m);
  });

  it('stays short however much there is to say', async () => {
    const client = await start();
    await client.open('Dockerfile', 'FROM debian:12\nRUN shout\n');
    const value = valueOf(await client.hover('Dockerfile', 1, 5));
    assert.ok(value.split('\n').length < 25, value);
    assert.equal(value.match(/^Also here: no-shouting: /gm)?.length, 2);
  });

  it('on a keyword says what it does, and what is in force there', async () => {
    const client = await start();
    await client.open('Dockerfile', TEXT);
    const hover = await client.hover('Dockerfile', 3, 1);
    const value = valueOf(hover);
    assert.deepEqual(hover?.range, { start: { line: 3, character: 0 }, end: { line: 3, character: 3 } });
    assert.match(value, /^\*\*RUN\*\*: Runs a command/);
    assert.match(value, /^- user: `app` \(set on line 2\)$/m);
    assert.match(value, /^- working directory: `\/srv` \(set on line 3\)$/m);
    assert.match(value, /^- shell: `\/bin\/sh -c` \(the default\)$/m);
    assert.match(value, /^- stage: `build`, 1 of 2, not in the final image$/m);
    assert.match(value, /^- platform: /m);
    assert.match(value, /\[Reference\]\(https:\/\/docs\.docker\.com\/reference\/dockerfile\/#run\)$/);
    assert.ok(value.split('\n').length < 25);
  });

  it('says what is unknown, and what the shell was set to', async () => {
    const client = await start();
    await client.open(
      'Dockerfile',
      `ARG WHO\nFROM debian:12\nARG WHO\nUSER $WHO\nSHELL ["/bin/bash", "-c"]\nRUN good\n`,
    );
    const value = valueOf(await client.hover('Dockerfile', 5, 0));
    assert.match(value, /^- user: unknown \(set on line 4, from something that only the build knows\)$/m);
    assert.match(value, /^- shell: `\/bin\/bash -c` \(set on line 5\)$/m);
  });

  it('on FROM says what the stage starts with', async () => {
    const client = await start();
    await client.open('Dockerfile', TEXT);
    const value = valueOf(await client.hover('Dockerfile', 4, 2));
    assert.match(value, /The stage starts with:/);
    assert.match(value, /^- stage: 2 of 2, the final image$/m);
  });

  it('on CMD says what runs, who is process 1 and whether the signal to stop gets there', async () => {
    const client = await start();
    const text = [
      'FROM node:22 AS shell',
      'CMD node app.js && echo done',
      'FROM node:22 AS near',
      "CMD ['node', 'app.js']",
      'FROM node:22 AS program',
      'STOPSIGNAL SIGINT',
      'ENTRYPOINT ["node"]',
      'CMD ["app.js"]',
      'FROM node:22 AS init',
      'ENTRYPOINT ["tini", "--", "node", "app.js"]',
      'FROM node:22',
      'CMD true',
      'CMD exec node app.js',
      '',
    ].join('\n');
    await client.open('Dockerfile', text);
    const at = async (line: number): Promise<string> => valueOf(await client.hover('Dockerfile', line, 1));
    const shell = await at(1);
    assert.match(shell, /^- runs: `\["\/bin\/sh", "-c", "node app\.js && echo done"\]`, behind the ENTRYPOINT of/m);
    assert.match(shell, /^- process 1: `\/bin\/sh`, which keeps SIGTERM from `echo`: `docker stop` waits 10 s/m);
    assert.match(await at(3), /^- no JSON array, so a shell reads it: /m);
    assert.match(await at(6), /^- runs: `\["node", "app\.js"\]`\n- process 1: `node`; SIGINT arrives there$/m);
    assert.match(await at(7), /^- runs: `\["node", "app\.js"\]`$/m);
    assert.match(await at(9), /^- process 1: `tini`, which hands SIGTERM on to `node`$/m);
    assert.match(await at(11), /^Line 13 takes its place: only the last CMD counts\.$/m);
    assert.match(await at(12), /^- process 1: `node`, in the place of `\/bin\/sh`; SIGTERM arrives there$/m);
  });

  it('on the last FROM shows the image that is made', async () => {
    const client = await start();
    const text = [
      'FROM golang:1.26 AS build',
      'RUN go build -o /app',
      'FROM debian:13-slim',
      'LABEL org.opencontainers.image.title=app',
      'ENV MODE=prod LEVEL=1',
      'WORKDIR /srv',
      'COPY --from=build /app /app',
      'USER 1000',
      'EXPOSE 8080 9090/udp',
      'VOLUME /data',
      'HEALTHCHECK CMD /app check',
      'ENTRYPOINT ["/app"]',
      '',
    ].join('\n');
    await client.open('Dockerfile', text);
    const value = valueOf(await client.hover('Dockerfile', 2, 1));
    for (const line of [
      '- base: `debian:13-slim`, with 2 more layers',
      '- user: `1000`, working directory: `/srv`',
      '- runs: `["/app"]`',
      '- process 1: `/app`; SIGTERM arrives there',
      '- ports: `8080`, `9090/udp`',
      '- volumes: `/data`',
      '- variables: `MODE`, `LEVEL`',
      '- labels: `org.opencontainers.image.title`',
      '- health check: yes',
      '- takes files from: `build`',
    ])
      assert.ok(value.split('\n').includes(line), `${line} is not in\n${value}`);
    assert.doesNotMatch(valueOf(await client.hover('Dockerfile', 0, 1)), /The image it makes/);
  });

  it('on an instruction says which variables are in scope, and what a change builds again', async () => {
    const client = await start();
    const text = [
      'FROM debian:12 AS build',
      'ARG VERSION=1.2',
      'ENV HOME_OF=/srv',
      'RUN make $VERSION',
      'RUN make install',
      'FROM scratch',
      'COPY --from=build /srv /srv',
      '',
    ].join('\n');
    await client.open('Dockerfile', text);
    const value = valueOf(await client.hover('Dockerfile', 3, 1));
    assert.match(value, /^- ENV: `HOME_OF=\/srv` \(line 3\)$/m);
    assert.match(value, /^- ARG: `VERSION=1.2` \(line 2\)$/m);
    assert.match(value, /^A change here builds again: 1 step below, and stage `1`\.$/m);
  });

  it('on a variable says what it stands for and where that was set', async () => {
    const client = await start();
    const text =
      'FROM debian:12\nARG VERSION=1.2\nENV APP=/srv/$VERSION\nRUN make "${VERSION}" $OTHER \\$VERSION\nUSER $APP\n';
    await client.open('Dockerfile', text);
    const hover = await client.hover('Dockerfile', 3, 13);
    assert.deepEqual(hover?.range, rangeIn(text, '${VERSION}'));
    assert.match(valueOf(hover), /^\*\*`VERSION`\*\*: it is `1\.2`\.\n\nSet on line 2: an ARG/);
    assert.match(valueOf(await client.hover('Dockerfile', 3, 25)), /`OTHER`\*\*: not set in this Dockerfile/);
    assert.match(
      valueOf(await client.hover('Dockerfile', 4, 7)),
      /`APP`\*\*: it is `\/srv\/1\.2`\.\n\nSet on line 3: an ENV/,
    );
    assert.equal(await client.hover('Dockerfile', 2, 9), null);
  });

  it('on the containers of a pod explains one process per container', async () => {
    const client = await start();
    const text = `apiVersion: apps/v1
kind: Deployment
metadata: { name: shop, annotations: { containers: two } }
spec:
  selector: { matchLabels: { app: shop } }
  template:
    spec:
      initContainers:
        - { name: migrate, image: 'example/migrate:1' }
        - { name: proxy, image: 'example/proxy:1', restartPolicy: Always }
      containers:
        - { name: web, image: 'example/web:1' }
        - { name: worker, image: 'example/worker:1' }
---
apiVersion: v1
kind: Pod
metadata: { name: empty }
spec:
  containers:
`;
    await client.open('deployment.yaml', text, 'yaml');
    const hover = await client.hover('deployment.yaml', 10, 8);
    assert.deepEqual(hover?.range, { start: { line: 10, character: 6 }, end: { line: 10, character: 16 } });
    const value = valueOf(hover);
    assert.match(value, /^\*\*containers\*\*: One process in each\. /);
    assert.match(value, /^- side by side: `web`, `worker`$/m);
    assert.match(value, /^- sidecars, started before them and ended after them: `proxy`$/m);
    assert.match(value, /^- run to their end first: `migrate`$/m);
    assert.match(value, /`initContainers` with `restartPolicy: Always`/);
    assert.match(value, /name of its Service/);
    assert.ok(value.split('\n').length < 25);
    assert.doesNotMatch(valueOf(await client.hover('deployment.yaml', 18, 4)), /In this pod/);
    assert.equal(await client.hover('deployment.yaml', 2, 44), null);
    assert.equal(await client.hover('deployment.yaml', 7, 8), null);
    assert.equal(await client.hover('deployment.yaml', 11, 20), null);
  });

  it('on containers of other kinds of objects is none', async () => {
    const client = await start();
    await client.open('own.yaml', 'apiVersion: example.com/v1\nkind: Shop\nspec:\n  containers: []\n', 'yaml');
    assert.equal(await client.hover('own.yaml', 3, 4), null);
    await client.open('compose.yaml', 'services:\n  containers:\n    image: example/web:1\n', 'dockercompose');
    assert.equal(await client.hover('compose.yaml', 1, 4), null);
  });

  it('is plain text where the client reads no Markdown', async () => {
    const client = await start({ capabilities: { ...MODERN, textDocument: { hover: {} } } });
    await client.open('Dockerfile', TEXT);
    for (const character of [1, 5]) {
      const hover = await client.hover('Dockerfile', 3, character);
      assert.ok(hover && typeof hover.contents === 'object' && 'kind' in hover.contents);
      assert.equal(hover.contents.kind, 'plaintext');
      assert.doesNotMatch(valueOf(hover), /[`*]|\]\(/);
    }
  });

  it('is none elsewhere, and beyond the text', async () => {
    const client = await start();
    await client.open('Dockerfile', TEXT);
    assert.equal(await client.hover('Dockerfile', 2, 10), null);
    assert.equal(await client.hover('Dockerfile', 99, 99), null);
    assert.equal(await client.hover('elsewhere', 0, 0), null);
  });
});

function valueOf(hover: Hover | null): string {
  assert.ok(hover, 'There is no hover.');
  const { contents } = hover;
  assert.ok(typeof contents === 'object' && 'kind' in contents);
  return contents.value;
}
