import { Message, MessageHeader, MetadataVersion } from 'apache-arrow';
import { Footer } from 'apache-arrow/ipc/metadata/file';
import { InputError } from '../errors.js';
import { FOOTER, MESSAGE, readFooter, readMessage } from './arrow-metadata.js';
import type { ByteReader } from './byte-reader.js';
import { checkSchema } from './check-schema.js';

/** Reads bytes anywhere in a file: fewer than `length` only at its end. */
export interface RandomAccess {
  readonly size: number;
  readAt(offset: number, length: number): Promise<Uint8Array>;
}

/** A message of an Arrow stream: what it is, a flatbuffer, and the buffers that come with it. */
export interface ArrowMessage {
  readonly metadata: Uint8Array;
  readonly body: Uint8Array;
}

const MAGIC = 'ARROW1';
const CONTINUATION = -1;
/** Bytes: the metadata of a message is small, so a larger length is not one. */
const LONGEST_METADATA = 2 ** 28;

/** Whether bytes begin as an Arrow file does; else they may be an Arrow stream. */
export function beginsAsArrowFile(head: Uint8Array): boolean {
  return Buffer.from(head).toString('latin1').startsWith(MAGIC);
}

/**
 * The messages of an Arrow stream, each whole, checked to be complete and closed by an end-of-stream marker. The
 * reader of apache-arrow ends silently where bytes are missing and reads big-endian values wrongly: both are InputErrors here.
 * `head` is what was read from `reader` before, 8 bytes if there are so many.
 */
export async function* streamMessages(
  head: Uint8Array,
  reader: ByteReader,
  source: string,
): AsyncGenerator<ArrowMessage, void, void> {
  let given = head;
  const read = async (length: number) => {
    const begin = given.subarray(0, length);
    given = given.subarray(begin.length);
    return begin.length === length ? begin : Buffer.concat([begin, await reader.read(length - begin.length)]);
  };
  for (let first = true; ; first = false) {
    let prefix = await read(4);
    if (prefix.length === 4 && int32At(prefix, 0) === CONTINUATION) prefix = await read(4);
    if (first && (prefix.length < 4 || int32At(prefix, 0) <= 0 || int32At(prefix, 0) > LONGEST_METADATA))
      throw notArrow(head, source);
    if (prefix.length < 4) throw truncated(source, 'an end-of-stream marker');
    const length = int32At(prefix, 0);
    if (length === 0) break;
    if (length < 0 || length > LONGEST_METADATA) throw damaged(source);
    const metadata = await reader.read(length);
    if (metadata.length < length) throw truncated(source, `${length} bytes of metadata`, metadata.length);
    const bodyLength = checkMessage(metadata, source);
    const body = await reader.read(bodyLength);
    if (body.length < bodyLength) throw truncated(source, `${bodyLength} bytes of data`, body.length);
    yield { metadata, body };
  }
  if (given.length + (await reader.read(1)).length > 0) {
    throw new InputError('Expected the end of the input after the end-of-stream marker, got more bytes', { source });
  }
}

/** The messages of an Arrow file as if it were a stream: the schema from its footer, then dictionaries and record batches in order. */
export async function* fileMessages(file: RandomAccess, source: string): AsyncGenerator<ArrowMessage, void, void> {
  const tail = await file.readAt(Math.max(0, file.size - 10), 10);
  const length = tail.length < 10 ? 0 : int32At(tail, 0);
  if (length < 1 || length > file.size - 18 || !beginsAsArrowFile(tail.subarray(4)))
    throw truncated(source, 'a footer');
  const bytes = await file.readAt(file.size - 10 - length, length);
  let footer: Footer;
  try {
    const table = readFooter(bytes);
    checkVersion(table.int16(FOOTER.version), source);
    checkSchema(table.table(FOOTER.schema), source);
    footer = Footer.decode(bytes);
  } catch (cause) {
    throw cause instanceof InputError ? cause : damaged(source, cause);
  }
  yield { metadata: Message.encode(Message.from(footer.schema)), body: new Uint8Array(0) };
  for (const { offset, metaDataLength, bodyLength } of [...footer.dictionaryBatches(), ...footer.recordBatches()]) {
    const total = metaDataLength + bodyLength;
    if (offset < 8 || total < 8 || offset + total > file.size) throw damaged(source);
    const block = await file.readAt(offset, total);
    if (block.length < total) throw truncated(source, `${total} bytes of data`, block.length);
    const begin = int32At(block, 0) === CONTINUATION ? 8 : 4;
    const metadata = block.subarray(begin, metaDataLength);
    if (checkMessage(metadata, source) !== bodyLength) throw damaged(source);
    yield { metadata, body: block.subarray(metaDataLength) };
  }
}

/** The bytes of messages as an Arrow stream has them, a message in up to three chunks. */
export async function* messageBytes(messages: AsyncIterable<ArrowMessage>): AsyncGenerator<Uint8Array, void, void> {
  for await (const { metadata, body } of messages) {
    const padded = new Uint8Array(Math.ceil(metadata.length / 8) * 8);
    padded.set(metadata);
    yield new Uint8Array(Int32Array.of(CONTINUATION, padded.length).buffer);
    yield padded;
    if (body.length > 0) yield body;
  }
}

/** The length of the body that follows a message's metadata. Checks all that apache-arrow takes on trust. */
function checkMessage(metadata: Uint8Array, source: string): number {
  try {
    const table = readMessage(metadata);
    checkVersion(table.int16(MESSAGE.version), source);
    const kind = table.byte(MESSAGE.headerType);
    if (kind === MessageHeader.Schema) checkSchema(table.table(MESSAGE.header), source);
    const { bodyLength } = Message.decode(metadata);
    if (kind in MessageHeader && Number.isSafeInteger(bodyLength) && bodyLength >= 0) return bodyLength;
  } catch (cause) {
    throw cause instanceof InputError ? cause : damaged(source, cause);
  }
  throw damaged(source);
}

/** Before version 4, which is of 2016, buffers were laid out otherwise. */
function checkVersion(version: number, source: string): void {
  if (version === MetadataVersion.V4 || version === MetadataVersion.V5) return;
  throw new InputError(`Expected Arrow metadata of version 4 or 5, got ${version + 1}`, { source });
}

function int32At(bytes: Uint8Array, offset: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getInt32(offset, true);
}

function notArrow(head: Uint8Array, source: string): InputError {
  const found =
    head.length === 0
      ? 'an empty input'
      : `bytes that begin with ${JSON.stringify(Buffer.from(head).toString('latin1'))}`;
  // Its extension is that of today's, which are Arrow files.
  const isOld = Buffer.from(head).toString('latin1').startsWith('FEA1');
  const advice = isOld ? ', a Feather file of version 1: write it as version 2, the default of pandas and pyarrow' : '';
  return new InputError(`Expected an Arrow stream or file, got ${found}${advice}`, { source });
}

function truncated(source: string, expected: string, found?: number): InputError {
  return new InputError(`Expected ${expected}, got ${found ?? 'the end of the input'}: the Arrow data is truncated`, {
    source,
  });
}

function damaged(source: string, cause?: unknown): InputError {
  return new InputError(
    'Expected Arrow data, got a message that cannot be read: the data is damaged',
    { source },
    { cause },
  );
}
