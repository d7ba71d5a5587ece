import { appendFileSync, closeSync, openSync } from 'node:fs';
import { createReporter, type Listener } from './reporter.js';

/**
 * Writes to a file what `--json` writes to standard error, an event a line. Each line is in the file, whole, when the call
 * returns: there are few of them, and so nothing is lost however the process ends. Throws, once, where it cannot be written.
 */
export function createEventLog(path: string): Listener {
  const file = opened(path);
  let failed = false;
  const write = (line: string) => {
    if (failed) return;
    failed = true;
    appendFileSync(file, line);
    failed = false;
  };
  const reporter = createReporter({ json: true }, { stderr: { write } });
  return { ...reporter, close: async () => closeSync(file) };
}

function opened(path: string): number {
  try {
    return openSync(path, 'w');
  } catch (cause) {
    const found = (cause as Error).message.replace(/, open .*$/s, '');
    throw new Error(`Expected \`${path}\` to be a writable file, got ${found}`, { cause });
  }
}
