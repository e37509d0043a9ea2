import { originsOf } from '../knowledge/stage-graph.js';
import { encloses, type Dockerfile, type Stage, type Word } from '../model/index.js';

/** A stage by its name, and every place that writes it. */
export interface StageName {
  readonly stage: Stage;
  /** The name behind AS. */
  readonly definition: Word;
  /** Where other instructions name it: FROM, `--from`, the `from` of a mount. */
  readonly references: readonly Word[];
  /** The word at the offset that was asked about. */
  readonly at: Word;
}

/** The stage whose name stands at the offset, as its definition or as a reference. */
export function stageNameAt(file: Dockerfile, offset: number): StageName | undefined {
  const here = { span: { start: offset, end: offset } };
  const mentions = file.stages.flatMap((stage) => mentionsIn(stage));
  const found =
    mentions.find(({ word }) => encloses(word, here)) ??
    file.stages
      .flatMap((stage) => (stage.name ? [{ stage, word: stage.name }] : []))
      .find(({ word }) => encloses(word, here));
  const definition = found?.stage.name;
  if (!found || !definition) return undefined;
  const { stage, word: at } = found;
  const references = mentions
    .filter((mention) => mention.stage === stage && isByName(mention.word))
    .map(({ word }) => word);
  return isByName(at) ? { stage, definition, references, at } : undefined;
}

interface Mention {
  readonly stage: Stage;
  readonly word: Word;
}

function mentionsIn({ base, from, instructions }: Stage): readonly Mention[] {
  const ofBase = from && base && !('kind' in base) ? [{ stage: base, word: from.image.word }] : [];
  const ofOthers = instructions.flatMap((node) =>
    originsOf(node).flatMap(({ stage, word }) => (stage ? [{ stage, word }] : [])),
  );
  return [...ofBase, ...ofOthers];
}

/** A stage may be named by its number too, which says nothing of its name. */
const isByName = ({ text }: Word): boolean => !/^\d+$/.test(text);
