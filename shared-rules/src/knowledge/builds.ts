import type { Dockerfile, Service, Stage, YamlScalar } from '../model/index.js';

/** The stage of its Dockerfile that a Compose service runs. */
export const stageBuiltFor = ({ build }: Service, dockerfile: Dockerfile): Stage | undefined =>
  build?.target ? dockerfile.stages.find((stage) => isNamed(stage, build.target)) : dockerfile.finalStage;

/** Whether what stands in the stage is in the image that is run: its target, or the final stage where none is named. */
export const isRunIn = (stage: Stage, target: YamlScalar | undefined): boolean =>
  target ? isNamed(stage, target) : stage.ships;

const isNamed = ({ name }: Stage, target: YamlScalar | undefined): boolean =>
  name !== undefined && name.text.toLowerCase() === target?.text.toLowerCase();
