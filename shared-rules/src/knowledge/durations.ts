/** Seconds in each unit of a duration. Source: Go's time.ParseDuration. */
export const SECONDS_IN: ReadonlyMap<string, number> = new Map([
  ['h', 3600],
  ['m', 60],
  ['s', 1],
  ['ms', 1e-3],
  ['us', 1e-6],
  ['µs', 1e-6],
  ['μs', 1e-6],
  ['ns', 1e-9],
]);

/** The seconds of `1m30s`; undefined for what is no duration. */
export function secondsIn(text: string | undefined): number | undefined {
  if (text === undefined || !/^(\d{1,9}(\.\d{1,9})?(h|ms|us|µs|μs|ns|m|s))+$/.test(text)) return undefined;
  let seconds = 0;
  for (const [, number = '0', unit = 's'] of text.matchAll(/([\d.]+)(h|ms|us|µs|μs|ns|m|s)/g)) {
    seconds += Number(number) * (SECONDS_IN.get(unit) ?? 1);
  }
  return seconds;
}
