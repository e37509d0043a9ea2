import type { Dockerfile, Image } from '../model/index.js';
import { officialName } from './images.js';

/** Tags that name whatever is newest of their kind, so that they are another image tomorrow. Source: the pages of the images on Docker Hub. */
export const MOVING_TAGS: ReadonlySet<string> = new Set([
  'latest',
  'stable',
  'edge',
  'nightly',
  'master',
  'main',
  'current',
  'lts',
]);

/** The image as another FROM of the file names it, with its version; undefined where none does, or several differ. */
export function versionElsewhere(file: Dockerfile, { name, word }: Image): string | undefined {
  if (!word.literal) return undefined;
  const found = new Set<string>();
  for (const { image } of file.all('FROM')) {
    const { tag, digest } = image;
    if (image.name !== name || !image.word.literal || (!tag && !digest)) continue;
    if (digest || (tag && !MOVING_TAGS.has(tag.text))) found.add(image.word.text);
  }
  const [only, ...more] = found;
  return more.length === 0 ? only : undefined;
}

/** The ARG before the first FROM that an image reference takes a part from. */
export function argumentOf(file: Dockerfile, { word }: Image) {
  const variable = word.parts.find((part) => part.kind === 'variable');
  if (variable?.kind !== 'variable') return undefined;
  const pairs = file.globalArgs.flatMap((node) => node.pairs);
  return pairs.findLast(({ name, value }) => name.text === variable.name && value !== undefined);
}

/** The number that a tag begins with, and what follows it: `20.11` and `-alpine` of `20.11-alpine`. */
function numberIn(tag: string): { readonly number: string; readonly rest: string } | undefined {
  const found = /^(\d{1,5}(?:\.\d{1,5}){0,2})(|-.*)$/.exec(tag);
  return found ? { number: found[1] ?? '', rest: found[2] ?? '' } : undefined;
}

/** The version by which the tag of an official image names the language; undefined for any other image or tag. */
export function languageVersionOf({ name, tag, resolved, digest }: Image, language: string) {
  if (officialName(resolved?.name ?? name) !== language || digest) return undefined;
  const text = resolved ? resolved.tag : tag?.literal ? tag.text : undefined;
  return text === undefined ? undefined : numberIn(text);
}
