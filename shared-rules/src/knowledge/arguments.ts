/** Arguments that BuildKit sets by itself, once they are declared. Source: Dockerfile reference, "Automatic platform ARGs". */
export const PLATFORM_ARGUMENTS: ReadonlySet<string> = new Set([
  'BUILDPLATFORM',
  'BUILDOS',
  'BUILDOSVERSION',
  'BUILDARCH',
  'BUILDVARIANT',
  'TARGETPLATFORM',
  'TARGETOS',
  'TARGETOSVERSION',
  'TARGETARCH',
  'TARGETVARIANT',
  'TARGETSTAGE',
]);
