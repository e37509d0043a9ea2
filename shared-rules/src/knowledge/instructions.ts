/** What a keyword does, in a sentence or two, and where its reference stands. */
export interface InstructionKnowledge {
  readonly summary: string;
  readonly reference: string;
}

const reference = (anchor: string): string => `https://docs.docker.com/reference/dockerfile/#${anchor}`;

/** The instructions of a Dockerfile. Source: the Dockerfile reference, by the address in each row. */
export const INSTRUCTIONS = {
  ADD: {
    summary:
      'Copies files from the build context, an address or a Git repository into the image, and unpacks local archives.',
    reference: reference('add'),
  },
  ARG: {
    summary:
      'Declares a build argument: a variable that `--build-arg` can set and that is gone once the image is built.',
    reference: reference('arg'),
  },
  CMD: {
    summary: 'Says what a container runs by default, or which arguments ENTRYPOINT gets. Only the last one counts.',
    reference: reference('cmd'),
  },
  COPY: {
    summary: 'Copies files from the build context, or with `--from` from another stage or image, into the image.',
    reference: reference('copy'),
  },
  ENTRYPOINT: {
    summary: 'Says which program a container runs; CMD and the arguments of `docker run` are handed to it.',
    reference: reference('entrypoint'),
  },
  ENV: {
    summary: 'Sets a variable for the instructions below and for the containers made from the image.',
    reference: reference('env'),
  },
  EXPOSE: {
    summary: 'Documents a port that the container listens on. It publishes nothing by itself.',
    reference: reference('expose'),
  },
  FROM: {
    summary: 'Starts a stage from an image, from an earlier stage, or from nothing (`scratch`).',
    reference: reference('from'),
  },
  HEALTHCHECK: {
    summary: 'Says how to find out whether a running container still works.',
    reference: reference('healthcheck'),
  },
  LABEL: { summary: 'Adds metadata to the image, as `key=value`.', reference: reference('label') },
  MAINTAINER: {
    summary: 'Names the author of the image. Deprecated: a LABEL says the same.',
    reference: reference('maintainer-deprecated'),
  },
  ONBUILD: {
    summary: 'Keeps an instruction for later: it runs when another image is built on top of this one.',
    reference: reference('onbuild'),
  },
  RUN: {
    summary: 'Runs a command during the build and keeps what it changed as a layer.',
    reference: reference('run'),
  },
  SHELL: {
    summary: 'Sets the shell that runs the shell forms of the instructions below.',
    reference: reference('shell'),
  },
  STOPSIGNAL: {
    summary: 'Sets the signal that `docker stop` sends to the container.',
    reference: reference('stopsignal'),
  },
  USER: {
    summary: 'Sets the user, and optionally the group, for the instructions below and for the container.',
    reference: reference('user'),
  },
  VOLUME: {
    summary:
      'Declares a mount point whose contents live outside the container. What the build changes there later is lost.',
    reference: reference('volume'),
  },
  WORKDIR: {
    summary:
      'Sets the working directory for the instructions below and for the container, and makes it if it is not there.',
    reference: reference('workdir'),
  },
} as const satisfies Readonly<Record<string, InstructionKnowledge>>;
