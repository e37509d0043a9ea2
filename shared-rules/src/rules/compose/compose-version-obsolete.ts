import { fix, removeEntry } from '../../edit.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'compose-version-obsolete',
  kinds: ['compose'],
  severity: 'hint',
  profile: 'recommended',
  tags: ['compose', 'deprecated'],
  since: 'next',
  summary: 'Leave out the version of the Compose file.',
  docs: `
Compose has not read \`version\` since its second edition; it warns about it at every call, and readers take it for a
promise of what the file may use.

Delete the line. Keep it only for as long as somebody still calls the old \`docker-compose\` 1, or \`docker stack\`.`,
  sources: {
    'Version and name top-level elements': 'https://docs.docker.com/reference/compose-file/version-and-name/',
  },
  examples: [
    {
      title: 'A version below a comment, and behind other keys',
      bad: `
        # The services of the shop.
        name: shop
        «version»: '3'
        services:
          web:
            image: nginx:1.29`,
      good: `
        # The services of the shop.
        name: shop
        services:
          web:
            image: nginx:1.29`,
    },
    {
      title: 'A version at the top',
      bad: `
        «version»: "3.8"
        services:
          web:
            image: nginx:1.29`,
      good: `
        services:
          web:
            image: nginx:1.29`,
    },
    {
      title: 'No version, or one of something else',
      good: `
        name: app
        services:
          web:
            image: nginx:1.29
            labels:
              version: "3.8"`,
    },
  ],
  *check({ root }) {
    const entry = root?.entry('version');
    if (!root || !entry || root.isFlow || root.lacks('services')) return;
    const edit = removeEntry(entry);
    yield {
      at: entry.key,
      message: say`Compose does not read ${'version'} any more.`,
      fix: edit && fix('Delete the line', edit),
    };
  },
});
