import { replace, suggestion } from '../../edit.js';
import { nearestNames } from '../../knowledge/nearest.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import { isSignal, SIGNALS } from '../../knowledge/signals.js';
import type { Instructions } from '../../model/index.js';
import { rule, say, type Message } from '../../rule.js';

export default rule({
  id: 'stopsignal-valid',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['signals', 'broken-build'],
  since: 'next',
  peers: { 'dockerfile-utils': ['INVALID_SIGNAL'] },
  summary: 'Name a signal in STOPSIGNAL that there is.',
  docs: `
At a signal that Linux does not know, as a misspelt one, the build stops with "invalid signal".

Write its name, as SIGTERM, SIGQUIT or SIGRTMIN+3, or its number.`,
  sources: {
    STOPSIGNAL: 'https://docs.docker.com/reference/dockerfile/#stopsignal',
    'signal(7)': 'https://man7.org/linux/man-pages/man7/signal.7.html',
  },
  options: {
    asPeers: { ...AS_PEERS, about: 'Report names without SIG and unknown variables too, as dockerfile-utils does.' },
  },
  differs: [
    {
      from: 'dockerfile-utils/INVALID_SIGNAL',
      they: 'flags a name without SIG, as TERM, and takes any name with it',
      we: 'takes every signal that there is, with and without SIG, and no other',
      why: 'That is what the builder does.',
    },
  ],
  examples: [
    {
      title: 'Misspelt',
      bad: `
        FROM debian:13 AS one
        STOPSIGNAL «SIGTREM»
        FROM debian:13
        STOPSIGNAL «QIT»`,
      good: `
        FROM debian:13 AS one
        STOPSIGNAL SIGTERM
        FROM debian:13
        STOPSIGNAL SIGQUIT`,
      except: ['behind another stage'],
    },
    {
      title: 'A comment behind it, which belongs to the name',
      bad: `
        FROM debian:13
        STOPSIGNAL «SIGQUIT # lets requests end»`,
      good: `
        FROM debian:13
        STOPSIGNAL SIGQUIT`,
    },
    {
      title: 'None that there is',
      bad: `
        FROM debian:13 AS one
        STOPSIGNAL «0»
        FROM debian:13 AS two
        STOPSIGNAL «SIGRTMIN+40»
        FROM debian:13
        ENV SIGNAL=graceful
        STOPSIGNAL «$SIGNAL»
        ONBUILD STOPSIGNAL «softly»`,
    },
    {
      title: 'Names with and without SIG, in any case, and numbers',
      good: `
        FROM debian:13 AS one
        STOPSIGNAL SIGTERM
        FROM debian:13 AS two
        STOPSIGNAL quit
        FROM debian:13 AS three
        STOPSIGNAL sigrtmin+3
        FROM debian:13 AS four
        STOPSIGNAL "SIGRTMAX-14"
        FROM debian:13
        STOPSIGNAL 37`,
    },
    {
      title: 'Variables',
      good: `
        FROM debian:13
        ARG SIGNAL
        STOPSIGNAL $SIGNAL
        STOPSIGNAL SIG\${SIGNAL}`,
    },
    {
      title: 'As dockerfile-utils and BuildKit judge it',
      profile: 'all',
      bad: `
        FROM debian:13
        STOPSIGNAL «TERM»
        STOPSIGNAL «SIGFOO»
        STOPSIGNAL «$NOWHERE»
        ARG SIGNAL
        STOPSIGNAL $SIGNAL
        STOPSIGNAL \${SIGNAL:-SIGTERM}
        STOPSIGNAL 15`,
    },
  ],
  *check(file, { options }) {
    for (const node of file.allWithTriggers('STOPSIGNAL')) {
      const { body } = node;
      const value = node.valueOf(body);
      if (body.text === '') continue;
      const fault = faultOf(node, value);
      const isToDockerfileUtils = isInvalidToDockerfileUtils(node);
      if (!fault && !(options.asPeers && isToDockerfileUtils)) continue;
      const name = fault ? meant(node) : undefined;
      yield {
        at: body,
        message: fault ?? (body.literal ? say`${body.text} lacks the SIG in front.` : say`Nothing sets ${body.text}.`),
        fix: name === undefined ? undefined : suggestion(`Write ${name}`, replace(body, name)),
        peers: isToDockerfileUtils ? ['dockerfile-utils/INVALID_SIGNAL'] : [],
      };
    }
  },
});

/** The names that somebody may have meant: no numbers, and none that a program cannot answer. */
const SPELLINGS = [...SIGNALS]
  .filter((name) => !/\d$|^(?:KILL|STOP)$/.test(name))
  .flatMap((name) => [name, `SIG${name}`]);

function faultOf({ body }: Instructions['STOPSIGNAL'], value: string | undefined): Message | undefined {
  if (value === undefined || isSignal(value)) return undefined;
  return body.literal
    ? say`There is no signal ${value}.`
    : say`There is no signal ${value}, which ${body.text} stands for.`;
}

/** The signal before a comment, or the one whose name is nearly the same. */
function meant({ body, words }: Instructions['STOPSIGNAL']): string | undefined {
  const [first, second] = words;
  if (!body.literal || !first) return undefined;
  if (second?.text.startsWith('#')) return isSignal(first.text) ? first.text : undefined;
  return nearestNames(body.text.toUpperCase(), SPELLINGS, 1, 1)[0]?.replace(/^(?!SIG)/, 'SIG');
}

/** It knows the start of a name, digits, and whether each variable is set somewhere above. */
function isInvalidToDockerfileUtils({ body, state }: Instructions['STOPSIGNAL']): boolean {
  if (body.literal) return !/^SIG|^\d+$/.test(body.text);
  return body.parts.some((part) => part.kind === 'variable' && !part.operator && !state.env.lookup(part.name));
}
