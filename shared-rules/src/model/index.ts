export * from './effects.js';
export * from './history.js';
export type * from './dockerfile.js';
export type * from './file.js';
export type * from './ignore.js';
export type * from './project.js';
export type * from './python.js';
export type * from './shell.js';
export type * from './state.js';
