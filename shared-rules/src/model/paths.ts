/** The folder of a path, without a final slash; empty for the root. */
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** The last part of a path; empty where it ends in a slash. */
export const lastOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
