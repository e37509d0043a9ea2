import type { Located, Parsed, Word } from './file.js';

/** A Python file read for the settings at its top level, such as gunicorn.conf.py, and for what it calls. Nothing of it is ever run. */
export interface PythonSettings extends Parsed<'python'> {
  /** The last assignment of the name at the top level. */
  setting(name: string): Setting | undefined;
  /** Whether the module is imported, as a whole or in part, anywhere in the file. */
  imports(module: string): boolean;
  /** Whether a line begins with a call of the name, as `app.run`, anywhere in the file. */
  calls(name: string): boolean;
}

export interface Setting extends Located {
  readonly name: Word;
  /** The string that is assigned; absent when it is anything but one plain string. */
  readonly value?: Word | undefined;
}
