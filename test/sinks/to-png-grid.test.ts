import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Float32, Uint8 } from 'apache-arrow';
import { decode } from 'fast-png';
import { EMPTY, lastValueFrom, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { tensorField } from '../../src/batches/tensor-field.js';
import { toPngGrid } from '../../src/sinks/to-png-grid.js';
import { tensorBatch } from '../operators/images.js';
import { smallTable } from '../operators/table.js';
import { temporaryFolder } from '../sources/fixtures.js';

describe('toPngGrid', () => {
  const write = temporaryFolder();
  const place = () => join(write('unused', new Uint8Array(0)), '..', 'grid.png');
  const grey = tensorField('image', { shape: [2, 2, 1], valueType: new Uint8() });

  it('lays images side by side, one pixel apart, over batches', async () => {
    const [first, second] = [Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), Uint8Array.of(9, 10, 11, 12)];
    const written = await lastValueFrom(
      of(tensorBatch(grey, first), tensorBatch(grey, second)).pipe(toPngGrid(place(), { columns: 2 })),
    );
    expect(written).toMatchObject({ rows: 3, target: place() });
    const { width, height, channels, data } = decode(readFileSync(place()));
    expect([width, height, channels]).toEqual([5, 5, 1]);
    const b = 128;
    expect([...data]).toEqual([1, 2, b, 5, 6, 3, 4, b, 7, 8, b, b, b, b, b, 9, 10, b, b, b, 11, 12, b, b, b]);
  });

  it('takes floats from 0 to 1 and colours, and leaves out what has no place', async () => {
    const colour = tensorField('image', { shape: [1, 1, 3], valueType: new Float32() });
    const batch = tensorBatch(colour, Float32Array.of(0, 0.5, 1, -1, 2, 0.2, 1, 1, 1));
    const written = await lastValueFrom(of(batch).pipe(toPngGrid(place(), { columns: 2, rows: 1 })));
    expect(written.rows).toBe(3);
    const { data, channels } = decode(readFileSync(place()));
    expect(channels).toBe(3);
    expect([...data]).toEqual([0, 128, 255, 128, 128, 128, 0, 255, 51]);
  });

  it('refuses what is no image, and leaves no file', async () => {
    const failing = join(place(), '..', 'none.png');
    const columns = /column of images, got `group`, `count`, `size`, `name`/;
    await expect(lastValueFrom(of(smallTable(3)).pipe(toPngGrid(failing)))).rejects.toThrow(columns);
    await expect(lastValueFrom(EMPTY.pipe(toPngGrid(failing)))).rejects.toThrow(/column of images, got no batch/);
    const none = tensorBatch(grey, new Uint8Array(0));
    await expect(lastValueFrom(of(none).pipe(toPngGrid(failing)))).rejects.toThrow(/at least one image, got none/);
    const large = toPngGrid(failing, { columns: 5000, rows: 5000 });
    await expect(lastValueFrom(of(tensorBatch(grey, new Uint8Array(4))).pipe(large))).rejects.toThrow(
      /at most 16777216 pixels/,
    );
    expect(existsSync(failing)).toBe(false);
  });
});
