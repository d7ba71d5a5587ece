import { plainLine } from './plain-line.js';

/** How much a command says on standard error. */
export interface ReporterFlags {
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** Tells on standard error what a command does: as text, as JSON (an event a line), or not at all. */
export interface Reporter {
  /**
   * What goes on at the moment: on a terminal a line that is rewritten, elsewhere a line every ten seconds, as JSON an
   * event a second. The functions are called only when something is written.
   */
  status(text: () => string, event: () => object): void;
  /** Something that happened: a line that stays, or none where there is no text for people. */
  note(text: string | undefined, event: object): void;
  /** Clears the line that is rewritten. */
  end(): void;
}

/** A reporter that has to be closed. */
export interface Listener extends Reporter {
  close(): Promise<void>;
}

/** Where it is told: standard error, or something else that takes lines. */
export interface ReporterStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const TERMINAL_MS = 100;
const JSON_MS = 1_000;
const PLAIN_MS = 10_000;

/** A reporter on `stderr`; `now` is a clock in milliseconds. */
export function createReporter(
  { quiet, json }: ReporterFlags,
  { stderr }: { readonly stderr: ReporterStream },
  now = () => performance.now(),
): Reporter {
  if (quiet) return { status() {}, note() {}, end() {} };
  const rewrites = stderr.isTTY === true && !json;
  const everyMs = rewrites ? TERMINAL_MS : json ? JSON_MS : PLAIN_MS;
  let last = rewrites ? Number.NEGATIVE_INFINITY : now();
  let shown = false;
  const end = () => {
    if (shown) stderr.write('\r\x1b[2K');
    shown = false;
  };
  return {
    status(text, event) {
      if (now() - last < everyMs) return;
      last = now();
      if (json) stderr.write(`${JSON.stringify(event())}\n`);
      else if (!rewrites) stderr.write(`${text()}\n`);
      else {
        stderr.write(`\r\x1b[2K${text().slice(0, (stderr.columns ?? 80) - 1)}`);
        shown = true;
      }
    },
    note(text, event) {
      const line = json ? JSON.stringify(event) : text && plainLine(text);
      if (line === undefined) return;
      end();
      stderr.write(`${line}\n`);
    },
    end,
  };
}
