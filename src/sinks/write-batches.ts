import type { RecordBatch, Schema } from 'apache-arrow';
import type { OperatorFunction } from 'rxjs';
import { compressorOf } from './compressor.js';
import { openOutput } from './open-output.js';
import { requireTarget, type SinkTarget } from './output.js';
import { type BatchEncoder, type SinkOptions, type Written, writeTo } from './write-to.js';

/**
 * The sink that all formats of files share: `writeTo` a path, `-` (standard output) or a Node stream, compressed as the path's
 * extension says. `Written.bytes` counts what lies in the target.
 */
export function writeBatches(
  place: SinkTarget,
  createEncoder: (schema: Schema | undefined) => BatchEncoder | Promise<BatchEncoder>,
  options: SinkOptions,
): OperatorFunction<RecordBatch, Written> {
  const target = requireTarget(place);
  const open = (onFailure: (error: Error) => void) => {
    const output = openOutput(target, onFailure, options.end);
    const compressor = compressorOf(target);
    return { output, ...(compressor && { compressor }) };
  };
  return writeTo(open, createEncoder, options);
}
