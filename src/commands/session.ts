import type { Observable } from 'rxjs';
import type { Written } from '../index.js';
import { completion } from './completion.js';
import type { Io } from './io.js';
import { countedText, durationText } from './number-text.js';
import { createProgress, type Progress } from './progress.js';
import { createReporter, type Reporter, type ReporterFlags } from './reporter.js';

/** What every command that moves rows needs: its voice, its progress, and a way to the end. */
export interface Session {
  readonly reporter: Reporter;
  readonly progress: Progress;
  /** Runs a pipe to its end; rejects with its error, or with the signal's reason when the process is told to end. */
  complete<T>(pipe: Observable<T>): Promise<T | undefined>;
  /** The last line: rows in and out, where the rows went, and the time. */
  summarise(written?: Written): void;
}

/** The session of a command, from now on; `listeners` are told what standard error is told. */
export function createSession(flags: ReporterFlags, io: Io, listeners: readonly Reporter[] = []): Session {
  const reporter = toAll([createReporter(flags, io), ...listeners]);
  const progress = createProgress(reporter, io);
  return {
    reporter,
    progress,
    async complete(pipe) {
      try {
        return await completion(pipe, io.signal);
      } finally {
        reporter.end();
      }
    },
    summarise(written) {
      const rowsIn = progress.rowsIn;
      const ms = progress.elapsedMs();
      const parts = [
        ...(rowsIn > 0 || written === undefined ? [`${countedText(rowsIn, 'row')} in`] : []),
        ...(written === undefined ? [] : [`${countedText(written.rows, 'row')} out to ${written.target}`]),
        durationText(ms),
      ];
      reporter.note(parts.join(', '), {
        event: 'summary',
        rowsIn,
        ...(written !== undefined && { rowsOut: written.rows, bytesOut: written.bytes, target: written.target }),
        ms,
      });
    },
  };
}

function toAll(reporters: readonly Reporter[]): Reporter {
  return {
    status(text, event) {
      for (const reporter of reporters) reporter.status(text, event);
    },
    note(text, event) {
      for (const reporter of reporters) reporter.note(text, event);
    },
    end() {
      for (const reporter of reporters) reporter.end();
    },
  };
}
