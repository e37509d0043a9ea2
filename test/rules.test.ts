import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { defaultFor, PRACTICES, PROFILES, rules, type Peer } from '@plimsoll/rules';

const folder = join(dirname(import.meta.dirname), 'shared-rules/src/rules');
const fileNames = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.includes('/') && path.endsWith('.ts'))
  .map((path) => path.slice(path.lastIndexOf('/') + 1, -'.ts'.length));

const PEERS: ReadonlySet<Peer> = new Set<Peer>([
  'hadolint',
  'buildkit',
  'parfum',
  'dockerfile-utils',
  'tally',
  'sonar',
  'trivy',
  'checkov',
  'kics',
  'dockle',
  'semgrep',
  'shellcheck',
]);

/** Codes that a peer gives to what are several rules here. */
const WIDE: ReadonlySet<string> = new Set(['buildkit/MultipleInstructionsDisallowed']);

describe('The rules', () => {
  it('are named by their files, each once', () => {
    assert.deepEqual(rules.map(({ id }) => id).sort(), [...fileNames].sort());
    assert.equal(new Set(fileNames).size, fileNames.length);
  });

  it('share no code of a peer, which would stand for two rules', () => {
    const owners = new Map<string, string>();
    for (const { id, peers = {} } of rules) {
      for (const [peer, codes] of Object.entries(peers)) {
        assert.ok(PEERS.has(peer as Peer), `${peer} is no peer`);
        // Scanners draw wider circles: one of their codes may cover several of our rules.
        if (peer !== 'hadolint' && peer !== 'buildkit' && peer !== 'parfum') continue;
        for (const code of codes) {
          if (WIDE.has(`${peer}/${code}`)) continue;
          assert.equal(owners.get(`${peer}/${code}`), undefined, `${code} stands for ${id} and another rule`);
          owners.set(`${peer}/${code}`, id);
        }
      }
    }
  });
});

describe('The practices', () => {
  it('are the 72 of the article', () => {
    assert.equal(PRACTICES.length, 72);
    assert.equal(new Set(PRACTICES.map(({ title }) => title)).size, PRACTICES.length);
  });

  it('are carried by rules that there are, each named once', () => {
    const ids = new Set(rules.map(({ id }) => id));
    for (const { title, rules: named, features = [] } of PRACTICES) {
      assert.ok(named.length > 0, `${title}: no rule carries it`);
      for (const id of named) assert.ok(ids.has(id), `${title}: there is no rule ${id}`);
      assert.equal(new Set(named).size, named.length, title);
      for (const feature of features) assert.match(feature, /^[A-Z].*\.$/);
    }
  });
});

for (const rule of rules) {
  describe(rule.id, () => {
    it('says in one imperative sentence what it asks for', () => {
      assert.match(rule.summary, /^[A-Z][^\n]*\.$/);
      assert.ok(rule.summary.length <= 120, `${rule.summary.length} characters`);
      assert.doesNotMatch(rule.summary, /\b(should|please)\b/i);
    });

    it('gives the harm, then the remedy, with sources', () => {
      const paragraphs = rule.docs.trim().split('\n\n');
      assert.ok(paragraphs.length >= 2, 'docs want a paragraph for the harm and one for the remedy');
      assert.doesNotMatch(rule.docs, /\bplease\b/i);
      const addresses = Object.values(rule.sources ?? {});
      assert.ok(addresses.length > 0, 'a practice has a source');
      for (const address of addresses) assert.match(address, /^https:\/\//);
    });

    it('shows at least two bad examples and one good one', () => {
      assert.ok(rule.examples.filter(({ bad }) => bad !== undefined).length >= 2, 'two bad ones');
      assert.ok(
        rule.examples.some(({ bad, good }) => bad === undefined && good !== undefined),
        'a good one',
      );
      const titles = rule.examples.map(({ title }) => title);
      assert.equal(new Set(titles).size, titles.length, 'each example has a title of its own');
    });

    it('marks something in every bad example and nothing in a good one', () => {
      for (const { title, bad, good } of rule.examples) {
        if (bad !== undefined) assert.match(bad, /«/, title);
        if (good !== undefined) assert.doesNotMatch(good, /[«»]/, title);
      }
    });

    it('explains its options, with defaults that they accept', () => {
      for (const [name, option] of Object.entries(rule.options ?? {})) {
        assert.match(option.about, /\.$/, name);
        assert.notEqual(name, 'severity');
        for (const profile of PROFILES) assert.notEqual(defaultFor(option, profile), undefined, name);
      }
    });
  });
}
