/** One practice of the article "Best practices for making container images" (https://e-whisper.com/posts/8023/). */
export interface Practice {
  /** The practice as a request, without a full stop. */
  readonly title: string;
  /** The rules that carry it, the most telling first. */
  readonly rules: readonly string[];
  /** What else carries it, for it cannot be judged by rules alone: each a sentence. */
  readonly features?: readonly string[];
  /** What has changed since the article was written. */
  readonly since?: string;
}

/** The practices in the order of the article; they are counted from 1. */
export const PRACTICES: readonly Practice[] = [
  {
    title: 'Start from a suitable upstream image, named with its version; get fixes by building anew on it',
    rules: ['image-tag-required', 'base-image-eol', 'base-image-deprecated', 'base-image-not-digest-pinned'],
    since: 'A tag moves: pin a digest and let an updater raise it where builds must be repeatable.',
  },
  {
    title: 'Leave patches of the operating system to the maintainer of the base image',
    rules: ['no-os-upgrade', 'base-image-eol'],
  },
  {
    title: 'Keep what a tag promises: a breaking change gets a new tag',
    rules: ['oci-version-label-missing', 'compose-image-latest', 'k8s-image-latest-or-untagged'],
    since: 'This is a policy of publishing; only what refers to an image can be judged.',
  },
  {
    title: 'Do not depend on latest',
    rules: [
      'no-latest-tag',
      'image-tag-required',
      'copy-from-external-untagged',
      'compose-image-latest',
      'k8s-image-latest-or-untagged',
    ],
  },
  {
    title: 'Run one process per container, not several daemons',
    rules: ['multiple-processes-in-cmd', 'run-starts-service', 'entrypoint-script-background', 'nginx-daemon-on'],
  },
  {
    title: 'Let wrapper scripts exec the real program',
    rules: ['entrypoint-script-no-exec', 'entrypoint-script-args', 'shell-form-pid1-no-exec'],
  },
  {
    title: 'Make sure that TERM reaches the program, or KILL follows',
    rules: [
      'shell-form-pid1-no-exec',
      'exec-form-cmd',
      'no-ungraceful-stopsignal',
      'prefer-nginx-sigquit',
      'entrypoint-script-trap-missing',
      'package-manager-as-pid1',
      'entrypoint-script-no-exec',
    ],
  },
  {
    title: 'Remove temporary files in the layer that made them',
    rules: [
      'apt-clean-lists',
      'cleanup-in-later-layer',
      'download-left-in-layer',
      'apt-update-with-install',
      'redundant-apt-clean',
      'secret-removed-in-later-layer',
      'prefer-package-cache-mounts',
      'add-remote-url',
    ],
    since: 'Cache mounts keep most of them out of the layer altogether.',
  },
  {
    title: 'Update, install and clean up with apt-get in one RUN',
    rules: ['update-alone', 'apt-update-with-install', 'cleanup-in-later-layer', 'consolidate-runs'],
  },
  {
    title: "Clean yum's cache in the same RUN",
    rules: ['yum-clean', 'dnf-clean', 'microdnf-clean-all'],
    since: "dnf and microdnf have taken yum's place.",
  },
  {
    title: 'Only RUN, COPY and ADD make layers: keep them few',
    rules: ['consolidate-runs', 'merge-consecutive-copy', 'too-many-layers'],
    since: 'The layers of builder stages cost nothing now; only those that ship count.',
  },
  {
    title: 'Do not upgrade all packages of the base image',
    rules: ['no-os-upgrade'],
    since: 'Docker has dropped the ban: an upgrade is a stopgap for a base that is not built anew often enough.',
  },
  {
    title: 'Order instructions from stable to volatile, for the cache',
    rules: [
      'deps-before-source',
      'copy-before-os-packages',
      'volatile-instruction-early',
      'env-before-install-invalidates',
      'java-layered-jar',
    ],
  },
  {
    title: 'Use the package manager that the base image has',
    rules: ['package-manager-mismatch'],
    since: "The article's own sample runs apt-get on Alpine.",
  },
  {
    title: 'EXPOSE the ports that matter',
    rules: [
      'expose-missing',
      'expose-port-not-used',
      'compose-port-not-exposed',
      'expose-port-range',
      'compose-links-deprecated',
    ],
    since: 'Container links are legacy; networks have taken their place.',
  },
  {
    title: 'Give versions and paths such as JAVA_HOME as ENV',
    rules: [
      'env-version-repeated',
      'env-path-home-missing',
      'env-path-overwritten',
      'requirements-unpinned',
      'env-before-install-invalidates',
    ],
    since: 'ARG is for what only the build needs.',
  },
  {
    title: 'Name a maintainer',
    rules: ['maintainer-deprecated', 'label-authors-missing', 'label-schema-deprecated'],
    since: 'By the label org.opencontainers.image.authors, in place of MAINTAINER and LABEL maintainer.',
  },
  {
    title: 'Set no default passwords',
    rules: ['default-password', 'compose-secret-literal', 'k8s-secret-literal-env'],
  },
  {
    title: 'Where there is a default password, warn at start-up and say how to change it',
    rules: ['default-password-without-warning', 'default-password'],
  },
  {
    title: 'Run no sshd; use docker exec or kubectl exec',
    rules: ['no-sshd'],
    since: 'kubectl debug serves where the image has no shell.',
  },
  {
    title: 'Keep persistent data in a volume',
    rules: [
      'stateful-service-without-volume',
      'volume-then-modified',
      'stateful-root-runtime',
      'volume-not-writable-by-user',
      'compose-volume-missing',
      'k8s-state-without-volume',
    ],
    since: 'Mounts in Compose or Kubernetes are to be preferred to VOLUME.',
  },
  {
    title: 'Run as another user than root',
    rules: [
      'user-missing',
      'no-root-user',
      'stateful-root-runtime',
      'user-created-but-never-used',
      'user-not-numeric-for-kubernetes',
      'k8s-run-as-root',
      'nginx-non-root-paths',
      'entrypoint-script-sudo-or-su',
      'node-non-root-user-available',
    ],
  },
  {
    title: 'Build in several stages and ship only the product',
    rules: [
      'single-stage-build-tools',
      'build-tools-in-final-stage',
      'final-stage-is-toolchain',
      'java-jdk-in-final-stage',
      'dotnet-sdk-in-final-stage',
    ],
  },
  {
    title: 'Build Python wheels in one stage and install them in a small final one',
    rules: ['python-multi-stage-wheels', 'python-wheel-libc-mismatch'],
    since: 'Wheels built for glibc do not load on musl: use a slim image for both.',
  },
  {
    title: 'Keep secrets out of images: passwords, SSH keys, tokens',
    rules: [
      'secrets-in-arg-env',
      'secrets-in-code',
      'secret-file-copied',
      'credential-command-in-run',
      'secret-removed-in-later-layer',
      'prefer-ssh-mount',
      'k8s-secret-literal-env',
      'compose-secret-literal',
    ],
    since: 'BuildKit gives them to one RUN: --mount=type=secret and --mount=type=ssh.',
  },
  {
    title: 'Give secrets at run time, by environment or by volumes',
    rules: ['secrets-in-arg-env', 'compose-secret-literal', 'k8s-secret-literal-env', 'require-secret-mounts'],
    since: "Files and the platform's secrets are preferred to the environment.",
  },
  {
    title: 'Keep heartbeats and caches that programs write out of /tmp: use /dev/shm',
    rules: ['gunicorn-worker-tmp-dir', 'tmp-used-as-cache', 'compose-tmpfs-for-tmp', 'k8s-shm-small'],
  },
  {
    title: '/tmp in a container is a layer on disk, not memory: mount a tmpfs',
    rules: ['tmp-used-as-cache', 'compose-tmpfs-for-tmp', 'k8s-shm-small', 'gunicorn-worker-tmp-dir'],
    since: "docker run --tmpfs and Compose's tmpfs do it.",
  },
  {
    title: 'Use Alpine for small images, but with care',
    rules: ['alpine-musl-caution', 'base-image-full-variant'],
    since: 'slim, distroless and hardened images are small as well, with glibc.',
  },
  {
    title: 'Keep what the build does not need out of the context, by .dockerignore',
    rules: [
      'dockerignore-missing',
      'dockerignore-missing-entries',
      'dotfiles-in-image',
      'copy-whole-context-into-final',
      'node-modules-copied',
    ],
    since: 'A Dockerfile may have an ignore file of its own; docker init writes one.',
  },
  {
    title: 'Patterns of .dockerignore are like those of .gitignore, and only like them',
    rules: ['dockerignore-syntax', 'copy-ignored-file', 'dockerignore-wrong-place'],
  },
  {
    title: 'Install no needless packages',
    rules: ['unnecessary-package', 'build-tools-in-final-stage'],
  },
  {
    title: 'Take applications apart: one image each',
    rules: ['multiple-services-installed', 'multiple-processes-in-cmd'],
    features: ['In an editor, the hover on `containers:` of a Kubernetes manifest explains one process per container.'],
  },
  {
    title: 'Let containers talk over networks, or stand beside each other as sidecars',
    rules: ['compose-links-deprecated', 'compose-depends-on-no-health'],
    features: [
      'In an editor, the hover on `containers:` of a Kubernetes manifest tells what belongs in a sidecar and what behind a Service.',
    ],
  },
  {
    title: 'Use an init process that reaps zombies',
    rules: ['init-process-missing', 'compose-init-missing'],
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
    rules: ['devcontainer-not-production'],
    features: [
      "In VS Code, the command *Plimsoll: Recommend Plimsoll to This Workspace's Users* adds the extension to `.vscode/extensions.json`.",
    ],
    since: 'Plimsoll itself is one.',
  },
  {
    title: '-Xmx bounds the heap alone',
    rules: ['java-heap-unbounded', 'java-fixed-heap-in-image', 'java-flag-syntax', 'java-heap-fraction-out-of-range'],
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
    rules: ['cgroup-v1-path', 'java-cgroup-v2-unsupported-version'],
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
    rules: ['java-heap-free-ratio', 'java-flag-syntax'],
  },
  {
    title: 'With the parallel collector: GCTimeRatio=4, AdaptiveSizePolicyWeight=90',
    rules: ['java-parallel-gc-tuning'],
  },
  {
    title: 'Request CPU, and set no CPU limit',
    rules: ['k8s-cpu-request-missing', 'k8s-cpu-limit-set', 'compose-cpu-limit-set', 'runtime-threads-unbounded'],
  },
  {
    title: 'Set the memory limit equal to the memory request',
    rules: [
      'k8s-memory-limit-missing',
      'k8s-memory-request-not-equal-limit',
      'k8s-memory-unit-suspicious',
      'compose-memory-limit-missing',
      'compose-memory-reservation-not-equal',
    ],
  },
  {
    title: 'Start-up needs CPU: leave it room',
    rules: ['k8s-probes-missing-for-jvm', 'java-layered-jar'],
    since: 'AppCDS, the AOT cache and native images shorten it.',
  },
  {
    title: 'Exit on OutOfMemoryError rather than dump the heap',
    rules: ['java-exit-on-oom'],
    since: 'Both together serve where a volume takes the dump.',
  },
  {
    title: 'Fail fast and recover fast',
    rules: [
      'java-exit-on-oom',
      'healthcheck-required',
      'k8s-probes-missing-for-jvm',
      'compose-restart-missing',
      'healthcheck-timing',
    ],
  },
  {
    title: 'Give nginx a number of workers, not auto',
    rules: ['nginx-worker-processes-auto', 'nginx-worker-processes-missing', 'runtime-threads-unbounded'],
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
    rules: ['python-debug-enabled'],
  },
  {
    title: 'Install, use and remove build dependencies in one RUN',
    rules: [
      'apk-virtual-not-removed',
      'build-deps-not-removed',
      'runtime-lib-missing-after-build-deps-removed',
      'psycopg2-source-build',
      'build-tools-in-final-stage',
    ],
    since: 'Binary wheels (psycopg[binary]) and a stage for building make it needless.',
  },
  {
    title: 'Update and install with apk in one RUN',
    rules: ['apk-update-redundant', 'apk-no-cache'],
    since: 'apk add --no-cache does both and keeps no lists.',
  },
  {
    title: 'Copy and install the requirements before the source',
    rules: ['deps-before-source'],
  },
  {
    title: 'Install with pip without its cache',
    rules: ['pip-no-cache', 'prefer-package-cache-mounts'],
    since: 'Or keep the cache in a cache mount.',
  },
  {
    title: "Create a user and switch to it at the end; files stay root's",
    rules: ['user-missing', 'user-created-but-never-used', 'copy-after-user-without-chown'],
  },
  {
    title: 'Bind gunicorn to 0.0.0.0 and the port that the platform gives',
    rules: [
      'shell-form-pid1-no-exec',
      'listen-on-localhost',
      'gunicorn-bind-and-workers',
      'exec-form-variable-not-expanded',
      'exec-form-cmd',
    ],
    since: 'In a shell form, put exec in front.',
  },
  {
    title: 'Give the application a WORKDIR',
    rules: ['use-workdir-not-cd', 'workdir-absolute', 'workdir-system-directory'],
  },
  {
    title: 'Use versions that are still maintained',
    rules: ['base-image-eol', 'python-runtime-version-mismatch'],
    since: "All of the article's samples have reached their end of life.",
  },
  {
    title: 'Set variables by ENV',
    rules: ['legacy-key-value', 'python-dontwritebytecode'],
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
    rules: ['apt-pin-versions', 'requirements-unpinned'],
  },
  {
    title: 'A native image needs no JVM in its final stage',
    rules: ['java-native-image-final-base', 'final-stage-is-toolchain'],
  },
  {
    title: 'Develop inside a container',
    rules: ['devcontainer-not-production'],
    since: 'Remote - Containers is called Dev Containers now.',
  },
];
