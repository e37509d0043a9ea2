import assert from 'node:assert/strict';

import type {
  CompletionItem,
  DocumentHighlight,
  DocumentSymbol,
  FoldingRange,
  Location,
  SelectionRange,
  SignatureHelp,
  WorkspaceEdit,
} from 'vscode-languageserver-protocol';

import { clients, type TestClient } from './client.js';

const TEXT = `# syntax=docker/dockerfile:1
ARG BASE=12
FROM debian:$BASE AS build
ENV MODE=prod
RUN useradd -m app && make \\
    all
FROM build AS test
FROM scratch
COPY --from=build /srv /srv
RUN --mount=type=bind,from=build,target=/b true
`;

describe('The language features', () => {
  const start = clients();

  const ask = async <T>(client: TestClient, what: string, line: number, character: number, more = {}): Promise<T> =>
    client.connection.sendRequest<T>(`textDocument/${what}`, {
      textDocument: { uri: client.uri('Dockerfile') },
      position: { line, character },
      ...more,
    });

  /** The labels offered at the end of the text. */
  async function offered(client: TestClient, text: string): Promise<readonly string[]> {
    await client.close('Dockerfile').catch(() => undefined);
    await client.open('Dockerfile', text);
    const lines = text.split('\n');
    const items = await ask<CompletionItem[]>(client, 'completion', lines.length - 1, lines.at(-1)?.length ?? 0);
    return items.map(({ label }) => label);
  }

  it('follow a stage through FROM, COPY and mounts', async () => {
    const client = await start();
    await client.open('Dockerfile', TEXT);
    const definition = await ask<Location>(client, 'definition', 8, 13);
    assert.deepEqual(definition.range, { start: { line: 2, character: 21 }, end: { line: 2, character: 26 } });
    for (const [line, character] of [
      [2, 22],
      [6, 6],
      [8, 13],
      [9, 28],
    ] as const) {
      const references = await ask<Location[]>(client, 'references', line, character, {
        context: { includeDeclaration: true },
      });
      assert.deepEqual(
        references.map(({ range }) => range.start.line),
        [2, 6, 8, 9],
      );
    }
    const highlights = await ask<DocumentHighlight[]>(client, 'documentHighlight', 2, 22);
    assert.equal(highlights.length, 4);
  });

  it('rename a stage everywhere', async () => {
    const client = await start();
    await client.open('Dockerfile', TEXT);
    assert.deepEqual(await ask(client, 'prepareRename', 9, 28), {
      start: { line: 9, character: 27 },
      end: { line: 9, character: 32 },
    });
    const edit = await ask<WorkspaceEdit>(client, 'rename', 9, 28, { newName: 'compile' });
    const edits = Object.values(edit.changes ?? {}).flat();
    assert.deepEqual(
      edits.map(({ newText, range }) => `${String(range.start.line)} ${newText}`),
      ['2 compile', '6 compile', '8 compile', '9 compile'],
    );
  });

  it('rename and find variables', async () => {
    const client = await start();
    await client.open('Dockerfile', TEXT);
    const edit = await ask<WorkspaceEdit>(client, 'rename', 1, 5, { newName: 'RELEASE' });
    const lines = Object.values(edit.changes ?? {})
      .flat()
      .map(({ range }) => range.start.line);
    assert.deepEqual(lines, [1, 2]);
  });

  it('tell the outline, what folds, and what selections grow to', async () => {
    const client = await start();
    await client.open('Dockerfile', TEXT);
    const symbols = await ask<DocumentSymbol[]>(client, 'documentSymbol', 0, 0);
    assert.deepEqual(
      symbols.map(({ children = [], detail, name }) => [name, detail, children.map((child) => child.name).join(' ')]),
      [
        ['build', 'FROM debian:$BASE', 'ENV RUN'],
        ['test', 'FROM build', ''],
        ['scratch', '', 'COPY RUN'],
      ],
    );
    const folds = await ask<FoldingRange[]>(client, 'foldingRange', 0, 0);
    assert.deepEqual(
      folds.map(({ endLine, startLine }) => [startLine, endLine]),
      [
        [2, 5],
        [7, 9],
        [4, 5],
      ],
    );
    const [selection] = await ask<SelectionRange[]>(client, 'selectionRange', 0, 0, {
      positions: [{ line: 4, character: 8 }],
    });
    const growing: number[] = [];
    for (let at: SelectionRange | undefined = selection; at; at = at.parent)
      growing.push(at.range.end.line - at.range.start.line);
    assert.deepEqual(growing, [0, 1, 3, 10]);
  });

  it('suggest keywords, and what only this file knows', async () => {
    const client = await start({
      files: {
        'package.json': '{}',
        'src/main.js': '',
        'secret.pem': '',
        '.dockerignore': '*.pem\nDockerfile\n.dockerignore\n',
      },
    });
    assert.ok((await offered(client, 'FROM a\nEX')).includes('EXPOSE'));
    const above = 'FROM debian:12 AS build\nENV MODE=prod\nRUN useradd -m app\nFROM build AS last\n';
    assert.deepEqual(await offered(client, `${above}FROM `), ['last', 'build']);
    assert.deepEqual(await offered(client, `${above}COPY --from=`), ['build']);
    assert.deepEqual(await offered(client, `${above}USER `), ['app', 'root']);
    assert.deepEqual(await offered(client, `${above}RUN echo \${`), ['MODE']);
    assert.deepEqual(await offered(client, `${above}RUN --mount=type=cache,`), [
      ...['id', 'target', 'sharing', 'from', 'source', 'readonly', 'mode', 'uid', 'gid'],
    ]);
    assert.deepEqual(await offered(client, `${above}RUN --mount=type=bind,from=`), ['build']);
    assert.deepEqual(await offered(client, `${above}COPY `), ['package.json', 'src/', '--chown=', '--from=']);
    assert.deepEqual(await offered(client, `${above}COPY pack`), ['package.json', 'src/']);
    assert.deepEqual(await offered(client, `${above}COPY package.json src/`), ['main.js']);
    assert.ok((await offered(client, 'FROM a\n# plimsoll ignore=')).includes('no-bad'));
    assert.deepEqual(await offered(client, 'FROM a\n# hadolint ignore=DL3,'), ['DL9001']);
    assert.deepEqual(await offered(client, 'FROM a\nRUN <<EOF\nUSER '), []);
  });

  it('help with signatures, colours and links', async () => {
    const client = await start();
    await client.open('Dockerfile', `${TEXT}HEALTHCHECK `);
    const help = await ask<SignatureHelp>(client, 'signatureHelp', 10, 12);
    assert.ok(help.signatures.length > 0);
    const tokens = await ask<{ data: number[] }>(client, 'semanticTokens/full', 0, 0);
    assert.ok(tokens.data.length > 50);
    const links = await ask<{ target?: string }[]>(client, 'documentLink', 0, 0);
    assert.deepEqual(
      links.map(({ target }) => target),
      ['https://hub.docker.com/_/debian/', 'https://hub.docker.com/_/scratch/'],
    );
  });

  it('are left to others where the client has them elsewhere', async () => {
    const client = await start({ initializationOptions: { languageFeatures: false } });
    const { capabilities } = client.initialized ?? {};
    assert.equal(capabilities?.hoverProvider, true);
    assert.equal(capabilities.completionProvider, undefined);
    assert.equal(capabilities.renameProvider, undefined);
  });

  it('answer at every place of a half-typed file', async () => {
    const client = await start();
    const text = TEXT.slice(0, -7);
    for (let end = 0; end <= text.length; end += 3) await offered(client, text.slice(0, end));
    assert.deepEqual(client.logged, []);
  });
});
