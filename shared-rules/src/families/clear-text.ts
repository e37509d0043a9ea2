import { replaceIn, suggestion } from '../edit.js';
import { plainAddresses, staysInside } from '../knowledge/downloads.js';
import { parfumSees } from '../knowledge/peers.js';
import type { Dockerfile } from '../model/index.js';
import { say, type Finding } from '../rule.js';

/** Each address that a program of downloads asks for over http. */
export function* overHttp(file: Dockerfile, program: string, asPeers: boolean): Iterable<Finding> {
  for (const command of file.runCommands(program)) {
    const isSeen = parfumSees(command);
    if (asPeers && !isSeen) continue;
    for (const word of plainAddresses(command)) {
      if (!asPeers && (!word.text.startsWith('http://') || staysInside(word.text))) continue;
      yield {
        at: word,
        message: say`Anybody on the way can change what ${word.text} gives.`,
        fix: suggestion('Use https', replaceIn(word, 'http://', 'https://')),
        ...(isSeen ? {} : { peers: [] }),
      };
    }
  }
}
