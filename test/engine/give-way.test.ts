import { execFileSync } from 'node:child_process';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const module = join(import.meta.dirname, '..', '..', 'dist', 'engine', 'give-way.js');
const script = `
  import { getPriority } from 'node:os';
  import { giveWay } from ${JSON.stringify(module)};
  giveWay();
  console.log(getPriority(0));`;

/** The nice value after giving way, of a process that was started with so much more than ours. */
function niceness(more: number): number {
  const command = ['-n', String(more), process.execPath, '--input-type=module', '-e', script];
  return Number(execFileSync('nice', command, { encoding: 'utf8' }));
}

describe.runIf(process.platform === 'linux')('giveWay', () => {
  const own = getPriority(0);

  it('raises the nice value of who has the default', () => {
    expect(niceness(0)).toBe(Math.max(own, 5));
  });

  it('leaves a higher one as it is, which only root may lower', () => {
    expect(niceness(10)).toBe(Math.min(19, own + 10));
  });
});
