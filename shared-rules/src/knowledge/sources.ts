/** What ADD takes from elsewhere: an address or a Git repository. Source: Dockerfile reference, "ADD", "Source". */
export const isFetched = (source: string): boolean => /^(https?|git|ssh):\/\/|^git@|[^/]\.git([#?]|$)/.test(source);

/** An address as hadolint knows it. */
export const isWebAddress = (source: string): boolean => /^https?:\/\//.test(source);

/** An archive by its name, as hadolint knows it: with the case of the ending. */
export const isNamedArchive = (source: string): boolean =>
  /\.(tar|Z|bz2|gz|lz|lzma|tZ|tb2|tbz|tbz2|tgz|tlz|tpz|txz|xz)$/.test(source);

/** An archive by its name, with the ending in any case and wildcards allowed for. Sources: those, and moby's list of compressions. */
export const isArchiveName = (source: string): boolean => ARCHIVE.test(nameIn(source));

/** Whether a wildcard may stand for an archive among others: its ending is open. */
export const mayFindArchive = (source: string): boolean =>
  /[*?[]/.test(nameIn(source)) && !/\.\w+$/.test(nameIn(source));

const ARCHIVE = /\.(tar|tgz|tzst|tbz2?|tb2|txz|tlz|tpz|tz|gz|bz2|xz|lzma|lz|z|zst)[*?]*$|\.tar[.*?-]/i;

const nameIn = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
