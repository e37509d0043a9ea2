import type { Container, Manifest, YamlEntry } from '@plimsoll/rules';

import { listed, type Writer } from './writer.js';

/** The `containers:` of a pod, and what is started with them. */
export interface Pod {
  readonly entry: YamlEntry;
  readonly containers: readonly Container[];
}

/** Every pod of the manifest that lists containers. */
export const podsIn = (manifest: Manifest): readonly Pod[] =>
  manifest.objects.flatMap(({ podSpec }) => {
    const entry = podSpec?.entry('containers');
    return entry ? [{ entry, containers: manifest.containers().filter((one) => one.podSpec === podSpec) }] : [];
  });

/** Why a container runs one process, what belongs beside it and what elsewhere. */
export function podBlocks({ containers }: Pod, writer: Writer): readonly string[] {
  const row = (title: string, found: readonly Container[]): readonly string[] =>
    found.length === 0
      ? []
      : [
          `- ${title}: ${listed(
            found.map(({ name }) => writer.code(name.text)),
            MOST_NAMES,
          )}`,
        ];
  const rows = [
    ...row(
      'side by side',
      containers.filter(({ isInit, isSidecar }) => !isInit && !isSidecar),
    ),
    ...row(
      'sidecars, started before them and ended after them',
      containers.filter(({ isSidecar }) => isSidecar),
    ),
    ...row(
      'run to their end first',
      containers.filter(({ isInit }) => isInit),
    ),
  ];
  return [
    `${writer.strong('containers')}: ${writer.prose(ONE_PROCESS)}`,
    ...(rows.length > 0 ? [['In this pod:', '', ...rows].join('\n')] : []),
    writer.prose(BESIDE),
    writer.prose(ELSEWHERE),
    LINKS.map(([title, address]) => writer.link(title, address)).join(' · '),
  ];
}

const MOST_NAMES = 6;

const ONE_PROCESS =
  'One process in each. Kubernetes watches, restarts and limits a container by its first process; a second one in it may die unnoticed.';
const BESIDE =
  'A helper that must stand beside the program, such as a proxy or a shipper of logs, is a sidecar: an item of `initContainers` with `restartPolicy: Always` (since Kubernetes 1.29). The containers of a pod share its network, at `localhost`, and its volumes.';
const ELSEWHERE =
  'What can live apart, such as a database, is a workload of its own, reached over the network by the name of its Service: it is then scaled and updated by itself.';

const LINKS = [
  ['Pods', 'https://kubernetes.io/docs/concepts/workloads/pods/'],
  ['Sidecar containers', 'https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/'],
] as const;
