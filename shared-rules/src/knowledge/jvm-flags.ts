/**
 * Options of the HotSpot VM and what their values look like. Sources: java(1) of JDK 8 to 25, globals.hpp, gc_globals.hpp
 * and arguments.cpp of OpenJDK.
 */
export type FlagKind = 'boolean' | 'number' | 'size' | 'percentage' | 'text';

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const BY_KIND: Readonly<Record<FlagKind, readonly string[]>> = {
  boolean: words(`
    UseSerialGC UseParallelGC UseParallelOldGC UseG1GC UseZGC UseShenandoahGC UseEpsilonGC UseConcMarkSweepGC UseParNewGC
    ZGenerational ZUncommit UseContainerSupport UseCGroupMemoryLimitForHeap UnlockExperimentalVMOptions
    UnlockDiagnosticVMOptions UnlockCommercialFeatures UseStringDeduplication UseCompressedOops
    UseCompressedClassPointers UseCompactObjectHeaders UseAdaptiveSizePolicy UseLargePages UseTransparentHugePages
    UseNUMA AlwaysPreTouch HeapDumpOnOutOfMemoryError ExitOnOutOfMemoryError CrashOnOutOfMemoryError DisableExplicitGC
    ExplicitGCInvokesConcurrent ParallelRefProcEnabled TieredCompilation UseTLAB ResizeTLAB UseCodeCacheFlushing
    SegmentedCodeCache UseStringCache OptimizeStringConcat UseBiasedLocking DoEscapeAnalysis PrintGC PrintGCDetails
    PrintGCDateStamps PrintGCTimeStamps PrintGCApplicationStoppedTime PrintFlagsFinal PrintCommandLineFlags
    PrintContainerInfo UseGCLogFileRotation CMSParallelRemarkEnabled CMSClassUnloadingEnabled
    UseCMSInitiatingOccupancyOnly ScavengeBeforeFullGC CMSScavengeBeforeRemark UsePerfData PerfDisableSharedMem
    OmitStackTraceInFastThrow FlightRecorder IgnoreUnrecognizedVMOptions EnableDynamicAgentLoading UseGCOverheadLimit
    ShowCodeDetailsInExceptionMessages AutoCreateSharedArchive AllowRedefinitionToAddDeleteMethods JVMCICompiler
    EnableJVMCI UseJVMCICompiler DebugNonSafepoints TrustFinalNonStaticFields`),
  number: words(`
    ParallelGCThreads ConcGCThreads G1ConcRefinementThreads ActiveProcessorCount CICompilerCount MinHeapFreeRatio
    MaxHeapFreeRatio GCTimeRatio AdaptiveSizePolicyWeight MaxGCPauseMillis GCPauseIntervalMillis NewRatio SurvivorRatio
    TargetSurvivorRatio MaxTenuringThreshold InitialTenuringThreshold InitiatingHeapOccupancyPercent
    CMSInitiatingOccupancyFraction G1NewSizePercent G1MaxNewSizePercent G1ReservePercent G1MixedGCCountTarget
    G1HeapWastePercent G1MixedGCLiveThresholdPercent G1PeriodicGCInterval MaxRAMFraction MinRAMFraction
    InitialRAMFraction DefaultMaxRAMFraction TieredStopAtLevel CompileThreshold NumberOfGCLogFiles LogFile
    SoftRefLRUPolicyMSPerMB ShenandoahUncommitDelay ShenandoahGuaranteedGCInterval ZUncommitDelay ZCollectionInterval
    GCHeapAffordableLimit GCLockerRetryAllocationCount StackShadowPages MinMetaspaceFreeRatio MaxMetaspaceFreeRatio`),
  size: words(`
    MaxRAM MaxHeapSize InitialHeapSize MinHeapSize NewSize MaxNewSize MetaspaceSize MaxMetaspaceSize PermSize MaxPermSize
    CompressedClassSpaceSize ReservedCodeCacheSize InitialCodeCacheSize MaxDirectMemorySize ThreadStackSize
    VMThreadStackSize G1HeapRegionSize SoftMaxHeapSize GCLogFileSize LargePageSizeInBytes ErgoHeapSizeLimit
    StringTableSize TLABSize OldSize`),
  percentage: words('MaxRAMPercentage MinRAMPercentage InitialRAMPercentage'),
  text: words(`
    HeapDumpPath ErrorFile OnOutOfMemoryError OnError SharedArchiveFile SharedClassListFile ArchiveClassesAtExit
    FlightRecorderOptions StartFlightRecording NativeMemoryTracking VMOptionsFile Flags LogVMOutput CompileCommand
    CompileOnly ShenandoahGCHeuristics ShenandoahGCMode AOTCache AOTMode AOTConfiguration AllocateHeapAt
    SharedArchiveConfigFile AOTCacheOutput`),
};

const KIND_OF: ReadonlyMap<string, FlagKind> = new Map(
  (Object.keys(BY_KIND) as FlagKind[]).flatMap((kind) => BY_KIND[kind].map((name) => [name, kind] as const)),
);
const BY_LOWER: ReadonlyMap<string, string> = new Map([...KIND_OF.keys()].map((name) => [name.toLowerCase(), name]));

export const kindOfFlag = (name: string): FlagKind | undefined => KIND_OF.get(name);

/** The flag of that name in its right case. */
export const flagInAnyCase = (name: string): string | undefined => BY_LOWER.get(name.toLowerCase());

export interface JvmFlag {
  readonly name: string;
  /** `+` or `-` of a flag that is switched. */
  readonly sign?: '+' | '-' | undefined;
  readonly value?: string | undefined;
}

/** `-XX:+Name`, `-XX:Name=value` taken apart; undefined for any other option. */
export function flagOf(option: string): JvmFlag | undefined {
  const [, sign, name, value] = /^-XX:([+-])?(\w+)(?:=(.*))?$/.exec(option) ?? [];
  if (name === undefined) return undefined;
  return { name, ...(sign === '+' || sign === '-' ? { sign } : {}), ...(value === undefined ? {} : { value }) };
}

/** Whether the option switches the flag on. */
export const switchesOn = (option: string, name: string): boolean => {
  const flag = flagOf(option);
  return flag?.name === name && flag.sign === '+';
};

/** Collectors, each with the short name people call it by. `since` and `until` are the first and the first missing major. */
export const COLLECTORS: ReadonlyMap<string, { readonly family: string; readonly until?: number }> = new Map([
  ['UseSerialGC', { family: 'Serial' }],
  ['UseParallelGC', { family: 'Parallel' }],
  ['UseParallelOldGC', { family: 'Parallel', until: 15 }], // JEP 366
  ['UseG1GC', { family: 'G1' }],
  ['UseZGC', { family: 'ZGC' }],
  ['UseShenandoahGC', { family: 'Shenandoah' }],
  ['UseEpsilonGC', { family: 'Epsilon' }],
  ['UseConcMarkSweepGC', { family: 'CMS', until: 14 }], // JEP 363
  ['UseParNewGC', { family: 'CMS', until: 10 }], // JDK 10 release notes
]);

/** Collectors that want `-XX:+UnlockExperimentalVMOptions` before the given major. Sources: JEP 318, 377, 379. */
export const EXPERIMENTAL: ReadonlyMap<string, number> = new Map([
  ['UseZGC', 15],
  ['UseShenandoahGC', 15],
  ['UseEpsilonGC', Infinity],
  ['UseCGroupMemoryLimitForHeap', 11],
  ['EnableJVMCI', Infinity],
  ['UseJVMCICompiler', Infinity],
]);

/** The collector that an option switches on. */
export function collectorOf(option: string): string | undefined {
  const flag = flagOf(option);
  return flag?.sign === '+' && COLLECTORS.has(flag.name) ? flag.name : undefined;
}

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** The bytes of a size as the VM writes it: `512m`, `2G`. */
export function bytesOf(size: string): number | undefined {
  const [, digits, unit = ''] = /^(\d{1,15})([kKmMgGtT]?)$/.exec(size) ?? [];
  return digits === undefined ? undefined : Number(digits) * (UNITS[unit.toLowerCase()] ?? 1);
}
