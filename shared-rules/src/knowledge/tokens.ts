/**
 * Secrets that are known by their shape. Sources: GitHub's and GitLab's lists of secret scanning patterns, and the
 * documentation of those who issue them. Each pattern is linear: bounded, or without two ways to read a character.
 */

interface Shape {
  /** What it is, with its article. */
  readonly name: string;
  /** Global; its match, or its first group, is the secret and nothing around it. */
  readonly pattern: RegExp;
  /** Whether a match is believed only if it looks random. */
  readonly needsEntropy?: boolean;
}

export const SHAPES: readonly Shape[] = [
  { name: 'an AWS access key', pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g },
  { name: 'a GitHub token', pattern: /\bgh[pousr]_[A-Za-z0-9]{36,255}\b|\bgithub_pat_[A-Za-z0-9_]{22,255}\b/g },
  { name: 'a GitLab token', pattern: /\bgl(?:pat|dt|rt|cbt|ptt|ft|soat)-[\w-]{20,64}\b/g },
  { name: 'a Slack token', pattern: /\bxox[abeoprs]-[A-Za-z0-9-]{20,250}/g },
  { name: 'a Google API key', pattern: /\bAIza[\w-]{35}(?![\w-])/g },
  { name: 'a Stripe key', pattern: /\b[sr]k_live_[A-Za-z0-9]{16,255}\b/g },
  { name: 'an npm token', pattern: /\bnpm_[A-Za-z0-9]{36}\b/g },
  { name: 'a PyPI token', pattern: /\bpypi-AgE[\w-]{50,1000}/g },
  { name: 'a Docker Hub token', pattern: /\bdckr_(?:pat|oat)_[\w-]{20,64}/g },
  { name: 'a Hugging Face token', pattern: /\bhf_[A-Za-z]{34}\b/g },
  { name: 'a DigitalOcean token', pattern: /\bdo[op]_v1_[a-f0-9]{64}\b/g },
  {
    name: 'an OpenAI or Anthropic key',
    pattern: /(?<![\w-])sk-(?:proj-|ant-[\w]{1,10}-)?[\w-]{32,200}/g,
    needsEntropy: true,
  },
  { name: 'a SendGrid key', pattern: /\bSG\.[\w-]{22}\.[\w-]{43}(?![\w-])/g },
  { name: 'a Twilio key', pattern: /\bSK[a-f0-9]{32}\b/g },
  {
    name: 'a signed token (JWT)',
    pattern: /(?<![\w.-])eyJ[\w-]{15,2000}\.eyJ[\w-]{15,4000}\.[\w-]{20,2000}/g,
    needsEntropy: true,
  },
  {
    // The header alone may be what a script looks for; with the first line of the key behind it, it is one.
    name: 'a private key',
    pattern: /-----BEGIN (?:[A-Z]{1,12} ){0,2}PRIVATE KEY(?: BLOCK)?-----(?=[\s\\n"']{1,12}[A-Za-z0-9+/=]{20})/g,
  },
];

/** An address with a password in it: `https://user:password@host`. The group is the password. */
const CREDENTIALS = /:\/\/[^\s:/@"'<>$%{}]{1,64}:([^\s:/@"'<>${}]{8,128})@[\w[]/dg;

export const ADDRESS_WITH_PASSWORD: Shape = { name: 'a password', pattern: CREDENTIALS, needsEntropy: true };

/** Whether what has the shape of a secret is one, rather than a stand-in. */
export function isBelieved({ needsEntropy = false }: Shape, text: string): boolean {
  if (STAND_IN.test(text) || /(.)\1{5}/.test(text)) return false;
  return !needsEntropy || entropy(text) >= 3;
}

const STAND_IN =
  /example|sample|dummy|placeholder|change[-_]?me|your[-_]|password|passwd|secret|xxxx|fake|token_?here|1234567/i;

/** Shannon's entropy in bits a character. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** Whether a text holds something that has the shape of a secret. */
export const holdsToken = (text: string): boolean =>
  [...SHAPES, ADDRESS_WITH_PASSWORD].some((shape) =>
    [...text.matchAll(shape.pattern)].some(([found, part]) => isBelieved(shape, part ?? found)),
  );
