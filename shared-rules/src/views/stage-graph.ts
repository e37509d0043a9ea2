import { originsOf } from '../knowledge/stage-graph.js';
import type { Dockerfile, Located, Stage } from '../model/index.js';

/** The stages of a file, and what each takes from where. */
export interface StageGraph {
  readonly stages: readonly StageInGraph[];
  /** External images, each once. */
  readonly images: readonly string[];
  readonly edges: readonly Edge[];
}

export interface StageInGraph {
  readonly index: number;
  /** The name, or `stage 2`. */
  readonly title: string;
  readonly isFinal: boolean;
  /** Whether its layers are in the final image. */
  readonly ships: boolean;
  /** Whether a build of the final image needs it. */
  readonly isNeeded: boolean;
  readonly at: Located;
}

/** A stage takes from another, or from an image. */
export interface Edge {
  readonly from: { readonly stage: number } | { readonly image: string };
  /** The stage that takes, by its index. */
  readonly to: number;
  readonly kind: 'base' | 'copy' | 'mount';
  /** What it is, for people: the paths that are copied. */
  readonly label: string;
  readonly at: Located;
}

/** The graph of the file's stages, in the order of the text. */
export function stageGraphOf(file: Dockerfile): StageGraph {
  const edges = file.stages.flatMap((stage) => edgesInto(stage));
  const needed = new Set(file.finalStage ? [file.finalStage.index] : []);
  for (const index of needed)
    for (const { from, to } of edges) if (to === index && 'stage' in from) needed.add(from.stage);
  return {
    stages: file.stages.map((stage) => ({
      index: stage.index,
      title: titleOf(stage),
      isFinal: stage.isFinal,
      ships: stage.ships,
      isNeeded: needed.has(stage.index),
      at: stage.name ?? stage.from ?? stage.instructions[0] ?? file,
    })),
    images: [...new Set(edges.flatMap(({ from }) => ('image' in from ? [from.image] : [])))],
    edges,
  };
}

const titleOf = ({ index, name }: Stage): string => name?.text ?? `stage ${index}`;

function edgesInto(stage: Stage): readonly Edge[] {
  const to = stage.index;
  const edges: Edge[] = [];
  const { base, from } = stage;
  if (base && from) {
    const source = 'kind' in base ? { image: base.word.text } : { stage: base.index };
    edges.push({ from: source, to, kind: 'base', label: '', at: from.image });
  }
  for (const node of stage.instructions) {
    for (const { stage: other, image, word } of originsOf(node)) {
      if (other === stage) continue;
      const isCopy = node.keyword === 'COPY';
      edges.push({
        from: other ? { stage: other.index } : { image: image.word.text },
        to,
        kind: isCopy ? 'copy' : 'mount',
        label: isCopy ? node.sources.map(({ text }) => text).join(' ') : '',
        at: word,
      });
    }
  }
  return edges;
}

const KINDS: Readonly<Record<Edge['kind'], string>> = {
  base: 'is built on',
  copy: 'copies from',
  mount: 'mounts from',
};

/** The graph in words, for terminals and for those who listen. */
export function printStageGraph({ stages, edges }: StageGraph): string {
  const nameOf = ({ from }: Edge): string =>
    'image' in from ? from.image : (stages.find(({ index }) => index === from.stage)?.title ?? '');
  return stages
    .map(({ index, title, isFinal, ships, isNeeded }) => {
      const what = isFinal
        ? 'the final image'
        : ships
          ? 'part of the final image'
          : isNeeded
            ? 'needed to build it'
            : 'not needed';
      const lines = edges
        .filter(({ to }) => to === index)
        .map((edge) => `  ${KINDS[edge.kind]} ${nameOf(edge)}${edge.label === '' ? '' : `: ${edge.label}`}`);
      return [`${title} (${what})`, ...lines].join('\n');
    })
    .join('\n');
}

/** The graph as a Mermaid flowchart, which GitHub and many editors draw. */
export function mermaidOf({ stages, images, edges }: StageGraph): string {
  const quoted = (text: string): string => `"${text.replaceAll('"', '#quot;')}"`;
  const idOf = ({ from }: Edge): string => ('image' in from ? `i${images.indexOf(from.image)}` : `s${from.stage}`);
  return [
    'flowchart LR',
    ...images.map((image, index) => `  i${index}([${quoted(image)}])`),
    ...stages.map(
      ({ index, title, isFinal }) => `  s${index}${isFinal ? `[[${quoted(title)}]]` : `[${quoted(title)}]`}`,
    ),
    ...edges.map((edge) => {
      const label = edge.label === '' ? (edge.kind === 'mount' ? 'mount' : '') : edge.label;
      const arrow = edge.kind === 'base' ? '-->' : '-.->';
      return `  ${idOf(edge)} ${arrow}${label === '' ? '' : `|${quoted(label)}|`} s${edge.to}`;
    }),
    ...stages.filter(({ isNeeded }) => !isNeeded).map(({ index }) => `  style s${index} stroke-dasharray: 4`),
    '',
  ].join('\n');
}

/** The graph in the language of Graphviz. */
export function dotOf({ stages, images, edges }: StageGraph): string {
  const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  const idOf = ({ from }: Edge): string => ('image' in from ? `i${images.indexOf(from.image)}` : `s${from.stage}`);
  return [
    'digraph stages {',
    '  rankdir=LR;',
    '  node [shape=box];',
    ...images.map((image, index) => `  i${index} [label=${quoted(image)}, shape=oval];`),
    ...stages.map(
      ({ index, title, isFinal, isNeeded }) =>
        `  s${index} [label=${quoted(title)}${isFinal ? ', peripheries=2' : ''}${isNeeded ? '' : ', style=dashed'}];`,
    ),
    ...edges.map((edge) => {
      const style = edge.kind === 'base' ? '' : ', style=dashed';
      return `  ${idOf(edge)} -> s${edge.to} [label=${quoted(edge.label)}${style}];`;
    }),
    '}',
    '',
  ].join('\n');
}
