import type { Located, Parsed, Word } from './file.js';

/** A Python file read only for the settings at its top level, such as gunicorn.conf.py. Nothing of it is ever run. */
export interface PythonSettings extends Parsed<'python'> {
  /** The last assignment of the name at the top level. */
  setting(name: string): Setting | undefined;
}

export interface Setting extends Located {
  readonly name: Word;
  /** The string that is assigned; absent when it is anything but one plain string. */
  readonly value?: Word | undefined;
}
