import assert from 'node:assert/strict';

import { recommend } from '../../client/src/recommendations.js';

const ID = 'plimsoll.plimsoll-vscode';

describe('The recommendation of the extension', () => {
  const written = (before: string | undefined, after: string): void => {
    assert.deepEqual(recommend(ID, before), { kind: 'written', text: after });
    assert.deepEqual(recommend(ID, after), { kind: 'unchanged' });
  };

  it('makes a new file', () => {
    const made = `{\n\t"recommendations": [\n\t\t"${ID}"\n\t]\n}\n`;
    written(undefined, made);
    written('', made);
    written('\n', made);
  });

  it('adds to an object without recommendations', () => {
    written(
      '{\n  // Not these.\n  "unwantedRecommendations": ["a.b"]\n}\n',
      `{\n  "recommendations": [\n    "${ID}"\n  ],\n  // Not these.\n  "unwantedRecommendations": ["a.b"]\n}\n`,
    );
    written('{}', `{\n\t"recommendations": [\n\t\t"${ID}"\n\t]\n}`);
  });

  it('adds to those that are there, in their layout', () => {
    written(
      '{\n    "recommendations": [\n        "golang.go"\n    ]\n}\n',
      `{\n    "recommendations": [\n        "golang.go",\n        "${ID}"\n    ]\n}\n`,
    );
    written(
      '{\r\n\t"recommendations": [\r\n\t\t"golang.go"\r\n\t]\r\n}\r\n',
      `{\r\n\t"recommendations": [\r\n\t\t"golang.go",\r\n\t\t"${ID}"\r\n\t]\r\n}\r\n`,
    );
  });

  it('stays on the line of a list that has one', () => {
    written(
      '{\n  "recommendations": ["golang.go"],\n  "other": [1,2]\n}\n',
      `{\n  "recommendations": ["golang.go", "${ID}"],\n  "other": [1,2]\n}\n`,
    );
    written('{\n  "recommendations": []\n}\n', `{\n  "recommendations": [\n    "${ID}"\n  ]\n}\n`);
  });

  it('leaves comments with what they are about', () => {
    written(
      '{\n  // For everybody.\n  "recommendations": [\n    // Go\n    "golang.go" // of course\n    // That is all.\n  ]\n}\n',
      `{\n  // For everybody.\n  "recommendations": [\n    // Go\n    "golang.go", // of course\n    // That is all.\n    "${ID}"\n  ]\n}\n`,
    );
  });

  it('goes by the trailing comma of a list that has one', () => {
    const list = '{\n  "recommendations": [\n    "golang.go", // of course\n  ],\n}\n';
    written(list, `{\n  "recommendations": [\n    "golang.go", // of course\n    "${ID}",\n  ],\n}\n`);
    const outcome = recommend(ID, '{\n  "recommendations": [\n    "golang.go",\n  ],\n}\n');
    assert.ok(outcome.kind === 'written');
    assert.match(outcome.text, /^ {4}"golang\.go",\n {4}"plimsoll\.plimsoll-vscode",$/m);
  });

  it('knows an extension in capitals too', () => {
    assert.deepEqual(recommend(ID, '{ "recommendations": ["Plimsoll.Plimsoll-VSCode"] }'), { kind: 'unchanged' });
  });

  it('takes it from the unwanted ones', () => {
    written(
      `{\n  "recommendations": [\n    "${ID}"\n  ],\n  "unwantedRecommendations": [\n    "a.b",\n    "${ID}"\n  ]\n}\n`,
      `{\n  "recommendations": [\n    "${ID}"\n  ],\n  "unwantedRecommendations": [\n    "a.b"\n  ]\n}\n`,
    );
  });

  it('leaves alone what it cannot read', () => {
    for (const text of ['{ "recommendations": [', '[]', '{ "recommendations": "golang.go" }', 'recommendations: []']) {
      assert.deepEqual(recommend(ID, text), { kind: 'unreadable' }, text);
    }
  });
});
