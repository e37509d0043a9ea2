import { start } from '../../server/src/main.js';

start();
