import { Zstd } from '@hpcc-js/wasm-zstd';
import { RecordBatchFileWriter, RecordBatchStreamWriter, type Table } from 'apache-arrow';
import { CompressionType } from 'apache-arrow/fb/compression-type';
import { compressionRegistry } from 'apache-arrow/ipc/compression/registry';

const zstd = await Zstd.load();

/**
 * A table as Arrow compressed by zstd. The writer of apache-arrow has no codecs of its own, and up to version 21.2 writes the
 * compressed length before a buffer, where readers expect the other one.
 */
export function packArrow(table: Table, format: 'stream' | 'file'): Buffer {
  const frames: { frame: Uint8Array; size: number }[] = [];
  compressionRegistry.set(CompressionType.ZSTD, {
    encode(bytes) {
      const frame = zstd.compress(bytes);
      frames.push({ frame, size: bytes.length });
      return frame;
    },
  });
  const Writer = format === 'file' ? RecordBatchFileWriter : RecordBatchStreamWriter;
  const writer = new Writer({ compressionType: CompressionType.ZSTD });
  writer.write(table);
  writer.finish();
  const bytes = Buffer.from(writer.toUint8Array(true));
  for (const { frame, size } of frames.filter(({ frame, size }) => frame.length < size)) {
    for (let at = bytes.indexOf(frame); at !== -1; at = bytes.indexOf(frame, at + 1)) {
      bytes.writeBigInt64LE(BigInt(size), at - 8);
    }
  }
  return bytes;
}
