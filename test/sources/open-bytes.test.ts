import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.js';
import { readBytes } from '../../src/sources/open-bytes.js';

const folder = mkdtempSync(join(tmpdir(), 'rx-augment-bytes-'));
afterAll(() => rmSync(folder, { recursive: true }));

const text = 'a,b\n1,2\n';
/** The text as `zstd` packs it: a magic number, a frame of one raw block. */
const zstd = Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, 8, 0x41, 0, 0]), Buffer.from(text)]);
const inPieces = (bytes: Uint8Array, size: number) =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));

async function read(source: Parameters<typeof readBytes>[0]): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readBytes(source, new AbortController().signal)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('readBytes', () => {
  it.each([
    ['gzip', gzipSync(text)],
    ['zstd', zstd],
    ['nothing', Buffer.from(text)],
  ])('reads what is inside of %s, whatever its name and however it is cut', async (_, bytes) => {
    const path = join(folder, 'table.csv');
    writeFileSync(path, bytes);
    expect(await read(path)).toBe(text);
    for (const size of [1, 2, 3, 5, 100]) {
      expect(await read(Readable.from(inPieces(bytes, size), { objectMode: false }))).toBe(text);
      expect(await read(Readable.from(inPieces(bytes, size)))).toBe(text);
    }
  });

  it.each(['', 'a', '\x1f', 'a,b'])('gives what is too short to tell: %j', async (short) => {
    expect(await read(Readable.from([Buffer.from(short, 'latin1')]))).toBe(short);
  });

  it.each([
    [
      new URL('https://example.com/in.csv'),
      'Expected the URL of a file on this machine, got https://example.com/in.csv',
    ],
    [Buffer.from(text), 'got bytes: `Readable.from([bytes])` is a stream of them'],
    ['file:///in.csv', 'Expected a path or a URL, got the text file:///in.csv: `new URL(text)` makes a URL of it'],
    [null, 'got null'],
    [[Buffer.from(text)], 'got an array: `Readable.from(array)` is a stream of it'],
    ['', 'got ""'],
    [Promise.resolve('in.csv'), 'got a promise: await it'],
    [new Blob([text]), 'got a Blob: give its `stream()`'],
    [new Response(text), 'got a Response: give its `body`'],
  ])('says of %j what it is instead', async (source, message) => {
    await expect(read(source as never)).rejects.toThrow(message);
    await expect(read(source as never)).rejects.toThrow(TypeError);
  });

  it.each([
    ['a,b\n1,2\n', 'Expected a file, found none: `Readable.from([text])` is a stream of a text (a,b...)'],
    ['https://a.example/b.csv', 'found none: `(await fetch(url)).body` is a stream of what is there (https:'],
  ])('says of %j that it is no path', async (path, message) => {
    await expect(read(path)).rejects.toThrow(message);
    await expect(read(path)).rejects.toThrow(InputError);
  });

  it('says of a stream that it was read before, is being read, or was destroyed', async () => {
    const source = Readable.from([Buffer.from(text)]);
    await read(source);
    await expect(read(source)).rejects.toThrow('got one that was read or destroyed');
    await expect(read(Readable.from([text]).destroy())).rejects.toThrow(InputError);
    const shared = Readable.from(inPieces(Buffer.from(text.repeat(100)), 64));
    const [first, second] = [read(shared), read(shared)];
    await expect(second).rejects.toThrow('got one that is being read: a stream can be read once');
    await expect(second).rejects.toThrow(InputError);
    expect(await first).toBe(text.repeat(100));
  });

  it('closes its source when the loop over it is left', async () => {
    for (const bytes of [gzipSync(text.repeat(1e5)), Buffer.from(text.repeat(1e5))]) {
      const source = Readable.from(inPieces(bytes, 64));
      for await (const _ of readBytes(source, new AbortController().signal)) break;
      expect(source.destroyed).toBe(true);
    }
  });
});
