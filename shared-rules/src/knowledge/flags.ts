import type { Keyword } from '../model/index.js';

/** A flag of an instruction. */
export interface FlagKnowledge {
  readonly takes: 'value' | 'boolean';
  /** Whether it may be given several times. */
  readonly repeats?: boolean;
  /** The minor version of docker/dockerfile:1 that knows it; absent: all do. */
  readonly since?: number;
}

const value: FlagKnowledge = { takes: 'value' };
const boolean: FlagKnowledge = { takes: 'boolean' };

/** The flags of the instructions. Source: the Dockerfile reference, and the releases of docker/dockerfile for the versions. */
export const FLAGS: Readonly<Partial<Record<Keyword, Readonly<Record<string, FlagKnowledge>>>>> = {
  FROM: { platform: value },
  ADD: {
    chown: value,
    chmod: { ...value, since: 2 },
    link: { ...boolean, since: 4 },
    'keep-git-dir': { ...boolean, since: 1 },
    checksum: { ...value, since: 6 },
    unpack: { ...boolean, since: 17 },
    exclude: { ...value, repeats: true, since: 19 },
  },
  COPY: {
    from: value,
    chown: value,
    chmod: { ...value, since: 2 },
    link: { ...boolean, since: 4 },
    parents: { ...boolean, since: 20 },
    exclude: { ...value, repeats: true, since: 19 },
  },
  RUN: {
    mount: { ...value, repeats: true, since: 2 },
    network: { ...value, since: 3 },
    security: { ...value, since: 20 },
    device: { ...value, repeats: true, since: 14 },
  },
  HEALTHCHECK: {
    interval: value,
    timeout: value,
    'start-period': value,
    'start-interval': value,
    retries: value,
  },
};

/** Instructions that read over a flag that they do not know. Source: BuildKit's parser. */
export const IGNORES_FLAGS: ReadonlySet<Keyword> = new Set(['ARG', 'STOPSIGNAL', 'UNKNOWN']);
