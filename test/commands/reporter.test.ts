import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Io } from '../../src/commands/io.js';
import { createReporter, type ReporterFlags } from '../../src/commands/reporter.js';

/** A reporter on a clock of its own, and what it has written. */
function reporterOn(flags: ReporterFlags, terminal: boolean) {
  let written = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      written += String(chunk);
      done();
    },
  });
  const stderr = Object.assign(stream, { isTTY: terminal, columns: 20 });
  const clock = { ms: 0 };
  const reporter = createReporter(flags, { stderr } as unknown as Io, () => clock.ms);
  const every = (stepMs: number, count: number) => {
    for (let i = 0; i < count; i += 1) {
      clock.ms += stepMs;
      reporter.status(
        () => `at ${clock.ms}, a line that is longer`,
        () => ({ ms: clock.ms }),
      );
    }
  };
  return { reporter, every, written: () => written };
}

describe('createReporter', () => {
  it('writes a line every ten seconds where there is no terminal', () => {
    const { every, written } = reporterOn({}, false);
    every(1000, 25);
    expect(written()).toBe('at 10000, a line that is longer\nat 20000, a line that is longer\n');
  });

  it('rewrites one line on a terminal, no wider than that, and clears it for a note', () => {
    const { reporter, every, written } = reporterOn({}, true);
    every(60, 3);
    reporter.note('done', {});
    reporter.end();
    expect(written()).toBe('\r\x1b[2Kat 60, a line that \r\x1b[2Kat 180, a line that\r\x1b[2Kdone\n');
  });

  it('writes an event a second as JSON, on a terminal too', () => {
    const { reporter, every, written } = reporterOn({ json: true }, true);
    every(500, 4);
    reporter.note(undefined, { note: 1 });
    expect(written()).toBe('{"ms":1000}\n{"ms":2000}\n{"note":1}\n');
  });

  it('is silent when told to be', () => {
    const { reporter, every, written } = reporterOn({ quiet: true, json: true }, true);
    every(60_000, 3);
    reporter.note('done', {});
    expect(written()).toBe('');
  });
});
