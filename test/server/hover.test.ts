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
