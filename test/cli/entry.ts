// The program as its launcher starts it, from the sources.
import { runProcess } from '../../cli/src/main.js';

await runProcess();
