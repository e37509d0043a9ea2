/**
 * Amounts of memory and processor time as manifests write them.
 * Sources: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ and
 * https://github.com/compose-spec/compose-spec/blob/main/11-extension.md#specifying-byte-values
 */

const KUBERNETES_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

const QUANTITY = /^\+?(\d+(?:\.\d*)?|\.\d+)([a-zA-Z]{0,2})$/;

/** A Kubernetes quantity: bytes of memory, cores of processor time. Undefined for what is none. */
export function quantityOf(text: string): number | undefined {
  const found = QUANTITY.exec(text);
  if (!found) {
    const exponent = /^\+?\d+(?:\.\d*)?[eE][+-]?\d{1,3}$/.test(text) ? Number(text) : NaN;
    return Number.isFinite(exponent) ? exponent : undefined;
  }
  const [, number = '', unit = ''] = found;
  const factor = Object.hasOwn(KUBERNETES_UNITS, unit) ? KUBERNETES_UNITS[unit] : undefined;
  return factor === undefined ? undefined : Number(number) * factor;
}

const COMPOSE_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 2 ** 10,
  kb: 2 ** 10,
  m: 2 ** 20,
  mb: 2 ** 20,
  g: 2 ** 30,
  gb: 2 ** 30,
  t: 2 ** 40,
  tb: 2 ** 40,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

const BYTES = /^(\d+(?:\.\d+)?) ?([a-zA-Z]{0,3})$/;

/** A byte value of Compose: `512M`, `1gb`, `64000000`. All its units are powers of 1024. */
export function composeBytesOf(text: string): number | undefined {
  const [, number = '', unit = ''] = BYTES.exec(text) ?? [];
  if (number === '') return undefined;
  const key = unit.toLowerCase();
  const factor = Object.hasOwn(COMPOSE_UNITS, key) ? COMPOSE_UNITS[key] : undefined;
  return factor === undefined ? undefined : Number(number) * factor;
}

/** Processors as Compose counts them: `0.5`. */
export const composeCpusOf = (text: string): number | undefined =>
  /^(?:\d+(?:\.\d*)?|\.\d+)$/.test(text) ? Number(text) : undefined;
