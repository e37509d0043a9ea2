import { fix, removeEntry } from '../../edit.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'compose-links-deprecated',
  kinds: ['compose'],
  severity: 'hint',
  profile: 'recommended',
  tags: ['compose', 'deprecated', 'network'],
  since: 'next',
  summary: 'Let services find each other by name, without links.',
  docs: `
Services of one file share a network and reach each other by their names. \`links\` add nothing to that but an order of
starting, which \`depends_on\` says plainly, and they keep a service from being moved to another network.

Delete them; write \`depends_on\` where the order matters. A link with another name, \`db:database\`, is mended by hand:
give the service that name as an alias of the network.`,
  sources: {
    'Networking in Compose': 'https://docs.docker.com/compose/how-tos/networking/#link-containers',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'Links that do nothing',
      bad: `
        services:
          web:
            image: example/web:1.2
            «links»:
              - db
            depends_on: [db]
          db:
            image: postgres:17`,
      good: `
        services:
          web:
            image: example/web:1.2
            depends_on: [db]
          db:
            image: postgres:17`,
    },
    {
      title: 'Another name, another network, and an order that only the link tells',
      bad: `
        services:
          web:
            image: example/web:1.2
            «links»: [db:database]
          worker:
            image: example/web:1.2
            «links»: [db]
          db:
            image: postgres:17`,
    },
    {
      title: 'Links to containers of other files',
      good: `
        services:
          web:
            image: example/web:1.2
            external_links: [db]`,
    },
  ],
  *check(file) {
    for (const service of file.services()) {
      const entry = service.settings.entry('links');
      if (entry?.value.type !== 'list') continue;
      const depends = new Set(service.dependsOn.map(({ name }) => name.text));
      const isNeedless = entry.value.items.every(({ value }) => {
        const target = value.type === 'scalar' && value.literal ? file.service(value.text) : undefined;
        // Networks of their own and an order that nothing else tells are left to a person.
        return target?.lacks('networks') === true && depends.has(target.name.text);
      });
      const edit =
        isNeedless && service.lacks('networks') && service.lacks('network_mode') ? removeEntry(entry) : undefined;
      yield {
        at: entry.key,
        message: say`${service.name.text} reaches the services of this file by their names, without links.`,
        fix: edit && fix('Delete the links', edit),
      };
    }
  },
});
