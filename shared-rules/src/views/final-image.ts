import {
  chainOf,
  type Fact,
  type Image,
  type Instruction,
  type Instructions,
  type Pair,
  type Stage,
  type Variable,
  type Word,
} from '../model/index.js';
import { startOfContainer, type ContainerStart } from './container-start.js';

/** What the image of a stage is, as far as the Dockerfile says: what its base image brings comes on top. */
export interface FinalImage {
  readonly stage: Stage;
  /** The external image it grows from, as written. */
  readonly base: Image | undefined;
  readonly user: Fact<string>;
  readonly workdir: Fact<string>;
  readonly platform: Fact<string>;
  readonly start: ContainerStart;
  readonly ports: readonly string[];
  readonly volumes: readonly string[];
  readonly variables: readonly Variable[];
  readonly labels: readonly { readonly name: string; readonly value: string }[];
  /** `none` where HEALTHCHECK NONE switches an inherited one off. */
  readonly healthcheck: Instructions['HEALTHCHECK'] | 'none' | undefined;
  /** How many layers with files the Dockerfile adds. */
  readonly layers: number;
  /** The stages and images that files are copied from, each once. */
  readonly copiedFrom: readonly string[];
}

/** The image that a build of the stage makes. */
export function imageOf(stage: Stage): FinalImage {
  const nodes = chainOf(stage);
  const healthcheck = stage.effective('HEALTHCHECK');
  return {
    stage,
    base: stage.rootImage,
    user: stage.result.user,
    workdir: stage.result.workdir,
    platform: stage.result.platform,
    start: startOfContainer(stage),
    ports: uniqueTexts(nodes.flatMap((node) => (node.keyword === 'EXPOSE' ? node.words : []))),
    volumes: uniqueTexts(nodes.flatMap((node) => (node.keyword === 'VOLUME' ? node.words : []))),
    variables: [...stage.result.env.all()].filter(({ kind }) => kind === 'env').reverse(),
    labels: labelsOf(nodes),
    healthcheck: healthcheck?.type?.text.toUpperCase() === 'NONE' ? 'none' : healthcheck,
    layers: nodes.filter(({ keyword }) => LAYERS.has(keyword)).length,
    copiedFrom: uniqueTexts(nodes.flatMap((node) => (node.keyword === 'COPY' && node.from ? [node.from.word] : []))),
  };
}

/** Instructions that add files. WORKDIR makes a folder, and a layer with it. */
const LAYERS: ReadonlySet<string> = new Set(['RUN', 'COPY', 'ADD', 'WORKDIR']);

const uniqueTexts = (words: readonly Word[]): readonly string[] => [...new Set(words.map(({ text }) => text))];

function labelsOf(nodes: readonly Instruction[]): FinalImage['labels'] {
  const pairs: readonly Pair[] = nodes.flatMap((node) => (node.keyword === 'LABEL' ? node.pairs : []));
  const labels = new Map(pairs.map(({ name, value }) => [name.text, value?.text ?? '']));
  return [...labels].map(([name, value]) => ({ name, value }));
}
