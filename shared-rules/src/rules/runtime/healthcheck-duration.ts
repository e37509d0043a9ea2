import { replace, suggestion, type Fix } from '../../edit.js';
import { SECONDS_IN } from '../../knowledge/durations.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import type { Word } from '../../model/index.js';
import { rule, say, type Message } from '../../rule.js';

const FLAGS = ['interval', 'timeout', 'start-period', 'start-interval'];

export default rule({
  id: 'healthcheck-duration',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['healthcheck', 'broken-build'],
  since: 'next',
  peers: {
    'dockerfile-utils': ['FLAG_INVALID_DURATION', 'FLAG_MISSING_DURATION', 'FLAG_UNKNOWN_UNIT', 'FLAG_LESS_THAN_1MS'],
  },
  summary: 'Write the times of HEALTHCHECK with a unit, as 30s or 1m30s.',
  docs: `
The builder takes no number without a unit, no unit that it does not know, such as \`sec\` or \`d\`, and no time below a
millisecond: the build stops.

The units are \`h\`, \`m\`, \`s\`, \`ms\`, \`us\` and \`ns\`, and several may follow each other. 0 stands for the default.`,
  sources: {
    'HEALTHCHECK reference': 'https://docs.docker.com/reference/dockerfile/#healthcheck',
    'time.ParseDuration': 'https://pkg.go.dev/time#ParseDuration',
  },
  options: {
    asPeers: { ...AS_PEERS, about: 'Judge as dockerfile-utils does: neither 0, a plus sign nor a variable is a time.' },
  },
  differs: [
    {
      from: 'dockerfile-utils/FLAG_LESS_THAN_1MS',
      they: 'flags 0s',
      we: 'silent on it',
      why: 'The builder takes 0 for the default.',
    },
    {
      from: 'dockerfile-utils/FLAG_INVALID_DURATION',
      they: 'flags a variable',
      we: 'silent on it',
      why: 'What generates the file may put the time in.',
    },
  ],
  examples: [
    {
      title: 'No unit, and units that there are not',
      bad: `
        FROM debian:12
        HEALTHCHECK --interval=«0.5» --timeout=«2w» --start-period=«1m30» CMD ["/check"]
        ONBUILD HEALTHCHECK --interval=«1d» CMD ["/check"]`,
    },
    {
      title: 'What is meant is clear',
      bad: `
        FROM debian:12
        HEALTHCHECK --interval=«30» --timeout=«5sec» --start-period=«2min» CMD ["/check"]`,
      good: `
        FROM debian:12
        HEALTHCHECK --interval=30s --timeout=5s --start-period=2m CMD ["/check"]`,
    },
    {
      title: 'No time at all, and too short',
      bad: `
        FROM debian:12
        HEALTHCHECK --interval=«-5s» CMD ["/check"]
        ONBUILD HEALTHCHECK --interval=«often» --timeout=«-» --start-period=«.5ms» --start-interval=«1.2.3s» CMD ["/check"]`,
    },
    {
      title: 'Times',
      good: `
        FROM debian:12
        HEALTHCHECK --interval=1m30s --timeout=1.5s --start-period=.5h --start-interval=1ms CMD ["/check"]`,
    },
    {
      title: 'The default, and a value that something else fills in',
      good: `
        FROM debian:12 AS one
        HEALTHCHECK --interval=0 --timeout=0s CMD ["/check"]
        FROM debian:12
        HEALTHCHECK --interval=$INTERVAL --timeout=+5s CMD ["/check"]`,
    },
    {
      title: 'A flag without a value, and other flags',
      good: `
        FROM debian:12
        HEALTHCHECK --interval= --retries=3 CMD ["/check"]`,
    },
    {
      title: 'As dockerfile-utils judges it',
      profile: 'all',
      bad: `
        FROM debian:12
        HEALTHCHECK --interval=«$INTERVAL» --timeout=«0s» --start-period=«0» --start-interval=«+5s» CMD ["/check"]`,
    },
  ],
  *check(file, { options }) {
    for (const { flags } of file.allWithTriggers('HEALTHCHECK')) {
      for (const { name, value } of flags) {
        if (!FLAGS.includes(name) || !value || value.text === '') continue;
        const fault = options.asPeers || value.literal ? faultOf(value, options.asPeers) : undefined;
        if (!fault) continue;
        const { code, message, instead } = fault;
        yield { at: value, message, fix: written(value, instead), peers: [`dockerfile-utils/${code}`] };
      }
    }
  },
});

interface Fault {
  readonly code: string;
  readonly message: Message;
  readonly instead?: string | undefined;
}

function faultOf({ text }: Word, asPeers: boolean): Fault | undefined {
  const bare = asPeers ? text : text.replace(/^\+/, '');
  if (!asPeers && /^-?0$/.test(bare)) return undefined;
  if (!/^[\d.-]/.test(bare)) return { code: 'FLAG_INVALID_DURATION', message: say`${text} is no time.` };
  const isNegative = bare.startsWith('-');
  const size = bare.slice(isNegative ? 1 : 0);
  const parts = [...size.matchAll(/([\d.]+)([^\d.]*)/g)];
  if (
    parts.length === 0 ||
    parts.map(([part]) => part).join('') !== size ||
    parts.some(([, number = '']) => !NUMBER.test(number))
  ) {
    return { code: 'FLAG_INVALID_DURATION', message: say`${text} is no time.` };
  }
  const unknown = parts.find(([, , unit = '']) => unit !== '' && !SECONDS_IN.has(unit))?.[2];
  if (unknown !== undefined) {
    const unit = MEANT.get(unknown.toLowerCase());
    const instead = unit !== undefined && parts.length === 1 ? size.replace(unknown, unit) : undefined;
    return { code: 'FLAG_UNKNOWN_UNIT', message: say`${unknown} is no unit of time.`, instead };
  }
  if (parts.some(([, , unit]) => unit === '')) {
    const instead = /^[1-9]\d*$/.test(text) ? `${text}s` : undefined;
    return { code: 'FLAG_MISSING_DURATION', message: say`${text} lacks a unit, as in 30s.`, instead };
  }
  const seconds = parts.reduce(
    (sum, [, number = '', unit = '']) => sum + Number(number) * (SECONDS_IN.get(unit) ?? 0),
    0,
  );
  const isTooShort = seconds === 0 ? asPeers : isNegative || seconds < 1e-3;
  return isTooShort ? { code: 'FLAG_LESS_THAN_1MS', message: say`${text} is less than a millisecond.` } : undefined;
}

const NUMBER = /^(?:\d+\.?\d*|\.\d+)$/;

/** What other spellings of a unit mean. */
const MEANT: ReadonlyMap<string, string> = new Map([
  ['s', 's'],
  ['sec', 's'],
  ['secs', 's'],
  ['second', 's'],
  ['seconds', 's'],
  ['min', 'm'],
  ['mins', 'm'],
  ['minute', 'm'],
  ['minutes', 'm'],
  ['h', 'h'],
  ['hr', 'h'],
  ['hour', 'h'],
  ['hours', 'h'],
]);

const written = (value: Word, instead: string | undefined): Fix | undefined =>
  instead === undefined ? undefined : suggestion(`Write ${instead}`, replace(value, instead));
