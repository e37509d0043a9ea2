/** One practice of the article "Best practices for making container images" (https://e-whisper.com/posts/8023/). */
export interface Practice {
  /** The practice as a request, without a full stop. */
  readonly title: string;
  /** The rules that carry it, the most telling first. */
  readonly rules: readonly string[];
  /** What has changed since the article was written. */
  readonly since?: string;
}

/** The practices in the order of the article; they are counted from 1. */
export const PRACTICES: readonly Practice[] = [
  {
    title: 'Start from a suitable upstream image, named with its version; get fixes by building anew on it',
    rules: ['image-tag-required'],
    since: 'A tag moves: pin a digest and let an updater raise it where builds must be repeatable.',
  },
  {
    title: 'Leave patches of the operating system to the maintainer of the base image',
    rules: [],
  },
  {
    title: 'Keep what a tag promises: a breaking change gets a new tag',
    rules: ['oci-version-label-missing'],
    since: 'This is a policy of publishing; only what refers to an image can be judged.',
  },
  {
    title: 'Do not depend on latest',
    rules: ['no-latest-tag', 'image-tag-required'],
  },
  {
    title: 'Run one process per container, not several daemons',
    rules: ['nginx-daemon-on'],
  },
  {
    title: 'Let wrapper scripts exec the real program',
    rules: ['entrypoint-script-no-exec', 'shell-form-pid1-no-exec'],
  },
  {
    title: 'Make sure that TERM reaches the program, or KILL follows',
    rules: ['shell-form-pid1-no-exec', 'exec-form-cmd', 'entrypoint-script-no-exec', 'no-ungraceful-stopsignal'],
  },
  {
    title: 'Remove temporary files in the layer that made them',
    rules: ['apt-clean-lists', 'add-remote-url'],
    since: 'Cache mounts keep most of them out of the layer altogether.',
  },
  {
    title: 'Update, install and clean up with apt-get in one RUN',
    rules: ['update-alone', 'consolidate-runs'],
  },
  {
    title: "Clean yum's cache in the same RUN",
    rules: [],
    since: "dnf and microdnf have taken yum's place.",
  },
  {
    title: 'Only RUN, COPY and ADD make layers: keep them few',
    rules: ['consolidate-runs'],
    since: 'The layers of builder stages cost nothing now; only those that ship count.',
  },
  {
    title: 'Do not upgrade all packages of the base image',
    rules: [],
    since: 'Docker has dropped the ban: an upgrade is a stopgap for a base that is not built anew often enough.',
  },
  {
    title: 'Order instructions from stable to volatile, for the cache',
    rules: [],
  },
  {
    title: 'Use the package manager that the base image has',
    rules: ['package-manager-mismatch'],
    since: "The article's own sample runs apt-get on Alpine.",
  },
  {
    title: 'EXPOSE the ports that matter',
    rules: ['expose-port-range'],
    since: 'Container links are legacy; networks have taken their place.',
  },
  {
    title: 'Give versions and paths such as JAVA_HOME as ENV',
    rules: ['env-version-repeated', 'env-path-home-missing'],
    since: 'ARG is for what only the build needs.',
  },
  {
    title: 'Name a maintainer',
    rules: ['maintainer-deprecated', 'label-authors-missing', 'label-schema-deprecated'],
    since: 'By the label org.opencontainers.image.authors, in place of MAINTAINER and LABEL maintainer.',
  },
  {
    title: 'Set no default passwords',
    rules: [],
  },
  {
    title: 'Where there is a default password, warn at start-up and say how to change it',
    rules: [],
  },
  {
    title: 'Run no sshd; use docker exec or kubectl exec',
    rules: [],
    since: 'kubectl debug serves where the image has no shell.',
  },
  {
    title: 'Keep persistent data in a volume',
    rules: [],
    since: 'Mounts in Compose or Kubernetes are to be preferred to VOLUME.',
  },
  {
    title: 'Run as another user than root',
    rules: ['user-missing', 'no-root-user', 'node-non-root-user-available'],
  },
  {
    title: 'Build in several stages and ship only the product',
    rules: [],
  },
  {
    title: 'Build Python wheels in one stage and install them in a small final one',
    rules: ['python-multi-stage-wheels', 'python-wheel-libc-mismatch'],
    since: 'Wheels built for glibc do not load on musl: use a slim image for both.',
  },
  {
    title: 'Keep secrets out of images: passwords, SSH keys, tokens',
    rules: ['secrets-in-arg-env'],
    since: 'BuildKit gives them to one RUN: --mount=type=secret and --mount=type=ssh.',
  },
  {
    title: 'Give secrets at run time, by environment or by volumes',
    rules: ['secrets-in-arg-env'],
    since: "Files and the platform's secrets are preferred to the environment.",
  },
  {
    title: 'Keep heartbeats and caches that programs write out of /tmp: use /dev/shm',
    rules: ['gunicorn-worker-tmp-dir', 'tmp-used-as-cache'],
  },
  {
    title: '/tmp in a container is a layer on disk, not memory: mount a tmpfs',
    rules: ['gunicorn-worker-tmp-dir', 'tmp-used-as-cache'],
    since: "docker run --tmpfs and Compose's tmpfs do it.",
  },
  {
    title: 'Use Alpine for small images, but with care',
    rules: ['python-wheel-libc-mismatch'],
    since: 'slim, distroless and hardened images are small as well, with glibc.',
  },
  {
    title: 'Keep what the build does not need out of the context, by .dockerignore',
    rules: [
      'dockerignore-missing',
      'dockerignore-missing-entries',
      'node-modules-copied',
      'copy-whole-context-into-final',
      'dotfiles-in-image',
    ],
    since: 'A Dockerfile may have an ignore file of its own; docker init writes one.',
  },
  {
    title: 'Patterns of .dockerignore are like those of .gitignore, and only like them',
    rules: ['dockerignore-syntax', 'copy-ignored-file', 'dockerignore-wrong-place'],
  },
  {
    title: 'Install no needless packages',
    rules: [],
  },
  {
    title: 'Take applications apart: one image each',
    rules: [],
  },
  {
    title: 'Let containers talk over networks, or stand beside each other as sidecars',
    rules: [],
  },
  {
    title: 'Use an init process that reaps zombies',
    rules: [],
    since: "docker run --init and Compose's init bring one.",
  },
  {
    title: 'Sort arguments that run over lines',
    rules: ['sort-packages'],
  },
  {
    title: 'One argument a line, a blank before the backslash, none twice',
    rules: ['one-package-per-line', 'space-before-backslash', 'duplicate-package', 'newline-per-chained-call'],
  },
  {
    title: 'Install without recommended packages',
    rules: ['apt-no-recommends'],
  },
  {
    title: "Use the editor's support for images",
    rules: [],
    since: 'Plimsoll itself is one.',
  },
  {
    title: '-Xmx bounds the heap alone',
    rules: ['java-fixed-heap-in-image', 'java-heap-unbounded', 'java-flag-syntax'],
    since: '`-Xmx=1g`, as the article writes it, is no valid flag.',
  },
  {
    title: '-XX:MaxRAM bounds what the JVM takes for the memory there is',
    rules: ['java-maxram', 'java-flag-syntax'],
    since: "Container support sets it; the article's spelling MaxRam stops the JVM.",
  },
  {
    title: 'Let the JVM see the memory limit of its cgroup',
    rules: ['java-obsolete-cgroup-flag', 'java-use-container-support-disabled', 'java-cgroup-v2-unsupported-version'],
    since:
      'UseCGroupMemoryLimitForHeap is gone and stops newer JVMs; UseContainerSupport is on by itself since 10 and 8u191.',
  },
  {
    title: 'Where the JVM cannot, read the limit from the cgroup file',
    rules: ['java-cgroup-v2-unsupported-version'],
    since: 'cgroup v2 calls it memory.max; the v1 path is gone on current hosts.',
  },
  {
    title: 'Give the heap 50 to 80 % of the memory limit',
    rules: ['java-heap-fraction-out-of-range', 'java-heap-unbounded', 'java-obsolete-ram-fraction'],
    since: 'MaxRAMPercentage says so without a figure.',
  },
  {
    title: "Keep the JVM's memory close to the pod's limit",
    rules: ['java-heap-fraction-out-of-range', 'java-maxram'],
  },
  {
    title: 'Set ParallelGCThreads where the JVM sees the CPUs of the host',
    rules: ['java-parallel-gc-threads', 'runtime-threads-unbounded'],
    since: 'ActiveProcessorCount sets all thread pools at once.',
  },
  {
    title: 'Use the serial collector with one CPU',
    rules: ['java-single-cpu-gc', 'java-conflicting-gc'],
    since: 'The JVM picks it by itself below two CPUs or 1,792 MB.',
  },
  {
    title: 'With the serial collector, give memory back: MinHeapFreeRatio=20, MaxHeapFreeRatio=40',
    rules: ['java-heap-free-ratio'],
  },
  {
    title: 'With the parallel collector: GCTimeRatio=4, AdaptiveSizePolicyWeight=90',
    rules: ['java-parallel-gc-tuning'],
  },
  {
    title: 'Request CPU, and set no CPU limit',
    rules: [],
  },
  {
    title: 'Set the memory limit equal to the memory request',
    rules: [],
  },
  {
    title: 'Start-up needs CPU: leave it room',
    rules: ['java-layered-jar'],
    since: 'AppCDS, the AOT cache and native images shorten it.',
  },
  {
    title: 'Exit on OutOfMemoryError rather than dump the heap',
    rules: ['java-exit-on-oom'],
    since: 'Both together serve where a volume takes the dump.',
  },
  {
    title: 'Fail fast and recover fast',
    rules: [],
  },
  {
    title: 'Give nginx a number of workers, not auto',
    rules: ['nginx-worker-processes-auto', 'nginx-worker-processes-missing'],
    since: 'The official image can work it out: NGINX_ENTRYPOINT_WORKER_PROCESSES_AUTOTUNE.',
  },
  {
    title: 'PYTHONDONTWRITEBYTECODE: write no .pyc files at run time',
    rules: ['python-dontwritebytecode'],
  },
  {
    title: 'PYTHONUNBUFFERED: show output at once',
    rules: ['python-unbuffered'],
  },
  {
    title: 'Turn debugging off in production',
    rules: ['python-debug-enabled', 'python-dev-server'],
  },
  {
    title: 'Install, use and remove build dependencies in one RUN',
    rules: ['psycopg2-source-build'],
    since: 'Binary wheels (psycopg[binary]) and a stage for building make it needless.',
  },
  {
    title: 'Update and install with apk in one RUN',
    rules: ['apk-no-cache'],
    since: 'apk add --no-cache does both and keeps no lists.',
  },
  {
    title: 'Copy and install the requirements before the source',
    rules: [],
  },
  {
    title: 'Install with pip without its cache',
    rules: ['pip-no-cache'],
    since: 'Or keep the cache in a cache mount.',
  },
  {
    title: "Create a user and switch to it at the end; files stay root's",
    rules: ['user-missing'],
  },
  {
    title: 'Bind gunicorn to 0.0.0.0 and the port that the platform gives',
    rules: ['shell-form-pid1-no-exec', 'exec-form-cmd', 'gunicorn-bind-and-workers'],
    since: 'In a shell form, put exec in front.',
  },
  {
    title: 'Give the application a WORKDIR',
    rules: ['workdir-absolute', 'use-workdir-not-cd', 'workdir-system-directory'],
  },
  {
    title: 'Use versions that are still maintained',
    rules: [],
    since: "All of the article's samples have reached their end of life.",
  },
  {
    title: 'Set variables by ENV',
    rules: ['legacy-key-value'],
    since: 'The form ENV KEY value is deprecated: write KEY=value.',
  },
  {
    title: "Spell pip's --no-cache-dir",
    rules: ['pip-abbreviated-flag'],
    since: 'pip takes the abbreviation --no-cache of the sample, and may not for ever.',
  },
  {
    title: 'Copy plain files with COPY',
    rules: ['copy-not-add'],
    since: 'The samples use ADD, which also unpacks and downloads.',
  },
  {
    title: 'Pin the versions of packages',
    rules: ['apt-pin-versions', 'requirements-unpinned', 'lockfile-missing'],
  },
  {
    title: 'A native image needs no JVM in its final stage',
    rules: ['java-native-image-final-base'],
  },
  {
    title: 'Develop inside a container',
    rules: [],
    since: 'Remote - Containers is called Dev Containers now.',
  },
];
