import assert from 'node:assert/strict';
import picocolors from 'picocolors';
import { renderMarkdown } from '../../cli/src/formats/markdown.js';

describe('Markdown in the terminal', () => {
  it('fills paragraphs and lists, and leaves code alone', () => {
    const page = [
      '# name',
      '',
      'One sentence a line,',
      'and **strong** `code here` too.',
      '',
      '- an item that is rather long and has to be wrapped',
      '- [a title](https://example.com)',
      '',
      '```dockerfile',
      'RUN a very long command that is never wrapped, because it is code',
      '',
      'RUN b',
      '```',
      '',
      '| option | default |',
      '| --- | --- |',
      '| max | `3` |',
      '',
    ].join('\n');
    assert.equal(
      renderMarkdown(page, picocolors.createColors(false), 30),
      [
        'name',
        '',
        'One sentence a line, and',
        'strong `code here` too.',
        '',
        '- an item that is rather long',
        '  and has to be wrapped',
        '- a title',
        '  (https://example.com)',
        '',
        '    RUN a very long command that is never wrapped, because it is code',
        '',
        '    RUN b',
        '',
        'option  default',
        'max     `3`',
        '',
      ].join('\n'),
    );
  });

  it('never breaks a line within code, and lays wide tables out as paragraphs', () => {
    const page = [
      'Put `# plimsoll ignore=a reason` above.',
      '',
      '| option | what it says | default |',
      '| --- | --- | --- |',
      '| max | Never more than that many of them. | `3` |',
      '| min | Never less. | `1` |',
    ].join('\n');
    assert.equal(
      renderMarkdown(page, picocolors.createColors(false), 30),
      [
        'Put',
        '`# plimsoll ignore=a reason`',
        'above.',
        '',
        'max',
        '  what it says: Never more',
        '    than that many of them.',
        '  default: `3`',
        'min',
        '  what it says: Never less.',
        '  default: `1`',
        '',
      ].join('\n'),
    );
  });

  it('uses colours for emphasis and code', () => {
    const rendered = renderMarkdown('# a\n\n**b** `c`\n', picocolors.createColors(true), 80);
    assert.equal(rendered, '\u001b[1ma\u001b[22m\n\n\u001b[1mb\u001b[22m \u001b[36mc\u001b[39m\n');
  });
});
