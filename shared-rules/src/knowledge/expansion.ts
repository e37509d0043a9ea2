import type { Instruction, Word } from '../model/index.js';

/**
 * The words of an instruction into which the builder itself puts variables; everything else is left to a shell.
 * Source: Dockerfile reference, "Environment replacement".
 */
export function expandedWords(node: Instruction): readonly Word[] {
  switch (node.keyword) {
    case 'ENV':
    case 'LABEL':
      return node.pairs.flatMap(({ name, value }) => (value ? [name, value] : [name]));
    case 'ARG':
      return node.pairs.flatMap(({ value }) => value ?? []);
    case 'ADD':
    case 'COPY':
      return [...flagValues(node, EXPANDED_FLAGS), ...node.words];
    case 'RUN':
      return flagValues(node, MOUNT);
    case 'EXPOSE':
    case 'VOLUME':
    case 'FROM':
      return node.words;
    case 'USER':
    case 'WORKDIR':
    case 'STOPSIGNAL':
      return [node.body];
    default:
      return [];
  }
}

const EXPANDED_FLAGS: ReadonlySet<string> = new Set(['chown', 'chmod', 'checksum']);
const MOUNT: ReadonlySet<string> = new Set(['mount']);

const flagValues = ({ flags }: Instruction, names: ReadonlySet<string>): readonly Word[] =>
  flags.flatMap(({ name, value }) => (value && names.has(name) ? [value] : []));
