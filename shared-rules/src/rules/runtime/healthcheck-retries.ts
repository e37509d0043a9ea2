import { AS_PEERS } from '../../knowledge/peers.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'healthcheck-retries',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['healthcheck', 'broken-build'],
  since: 'next',
  peers: { 'dockerfile-utils': ['INVALID_SYNTAX', 'FLAG_AT_LEAST_ONE'] },
  summary: 'Give --retries of HEALTHCHECK a whole number of at least 1.',
  docs: `
At anything but a whole number, and at one below 0, the build stops. 0 does not mean a single try: it stands for the default
of 3, so a container counts as healthy for longer than its author thinks.

Write how many checks in a row have to fail: \`--retries=1\` for the first one.`,
  sources: {
    'HEALTHCHECK reference': 'https://docs.docker.com/reference/dockerfile/#healthcheck',
  },
  options: { asPeers: { ...AS_PEERS, about: 'Judge a variable as it is written, as dockerfile-utils does.' } },
  differs: [
    {
      from: 'dockerfile-utils/INVALID_SYNTAX',
      they: 'flags a variable',
      we: 'silent on it',
      why: 'What generates the file may put the number in.',
    },
  ],
  examples: [
    {
      title: 'Below 1',
      bad: `
        FROM debian:12
        HEALTHCHECK --retries=«0» CMD ["/check"]
        ONBUILD HEALTHCHECK --retries=«-1» CMD ["/check"]`,
    },
    {
      title: 'No whole number',
      bad: `
        FROM debian:12 AS one
        HEALTHCHECK --retries=«three» CMD ["/check"]
        FROM debian:12
        HEALTHCHECK --retries=«1.0» CMD ["/check"]`,
    },
    {
      title: 'A number of tries',
      good: `
        FROM debian:12
        HEALTHCHECK --retries=5 CMD ["/check"]`,
    },
    {
      title: 'A value that something else fills in, and none',
      good: `
        FROM debian:12 AS one
        HEALTHCHECK --retries=$RETRIES CMD ["/check"]
        FROM debian:12
        HEALTHCHECK --retries= CMD ["/check"]`,
    },
    {
      title: 'As dockerfile-utils judges it',
      profile: 'all',
      bad: `
        FROM debian:12
        HEALTHCHECK --retries=«$RETRIES» CMD ["/check"]`,
    },
  ],
  *check(file, { options }) {
    for (const node of file.allWithTriggers('HEALTHCHECK')) {
      const value = node.flag('retries')?.value;
      if (!value || value.text === '' || !(value.literal || options.asPeers)) continue;
      if (!/^[+-]?\d+$/.test(value.text)) {
        yield {
          at: value,
          message: say`${value.text} is no whole number.`,
          peers: ['dockerfile-utils/INVALID_SYNTAX'],
        };
      } else if (Number(value.text) < 1) {
        const isZero = Number(value.text) === 0;
        yield {
          at: value,
          message: isZero ? say`${value.text} stands for the default of 3 tries.` : say`${value.text} is below 1.`,
          peers: ['dockerfile-utils/FLAG_AT_LEAST_ONE'],
          ...(isZero ? { severity: 'warning' } : {}),
        };
      }
    }
  },
});
