import { Message } from 'apache-arrow';
import { DictionaryBatch, type RecordBatch } from 'apache-arrow/ipc/metadata/message';
import type { ArrowMessage } from './arrow-messages.js';
import { unpackBody } from './unpack-body.js';

/**
 * The messages of an Arrow stream with their record batches and dictionaries as if they had never been compressed. One is in
 * memory at a time, packed and unpacked. InputErrors count the batches, and the dictionaries, from 1.
 */
export async function* unpackMessages(
  messages: AsyncIterable<ArrowMessage>,
  source: string,
): AsyncGenerator<ArrowMessage, void, void> {
  let batches = 0;
  let dictionaries = 0;
  for await (const { metadata, body } of messages) {
    const message = Message.decode(metadata);
    if (message.isRecordBatch()) {
      batches += 1;
      const header = message.header();
      const parts = await unpackBody({ header, body }, `record batch ${batches}`, source);
      yield parts.header === header ? { metadata, body } : encode(message, parts.header, parts.body);
    } else if (message.isDictionaryBatch()) {
      dictionaries += 1;
      const { data, id, isDelta } = message.header();
      const parts = await unpackBody({ header: data, body }, `dictionary ${dictionaries}`, source);
      const header = new DictionaryBatch(parts.header, id, isDelta);
      yield parts.header === data ? { metadata, body } : encode(message, header, parts.body);
    } else yield { metadata, body };
  }
}

function encode(packed: Message, header: RecordBatch | DictionaryBatch, body: Uint8Array): ArrowMessage {
  const { version, headerType, metadata } = packed;
  return { metadata: Message.encode(new Message(body.length, version, headerType, header, metadata)), body };
}
