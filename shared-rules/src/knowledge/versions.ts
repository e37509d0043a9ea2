import type { Dockerfile, Image } from '../model/index.js';

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
