/** Bytes that grow at the end; `bytes` beyond `length` is free room. */
export interface ByteBuffer {
  bytes: Uint8Array;
  length: number;
}

/** An empty buffer with room for `capacity` bytes. */
export function byteBuffer(capacity: number): ByteBuffer {
  return { bytes: Buffer.allocUnsafeSlow(capacity), length: 0 };
}

/** Makes room for `count` more bytes; `bytes` may be another array afterwards. */
export function reserve(buffer: ByteBuffer, count: number): void {
  const needed = buffer.length + count;
  if (needed <= buffer.bytes.length) return;
  const { bytes, length } = buffer;
  buffer.bytes = Buffer.allocUnsafeSlow(Math.max(needed, bytes.length * 2));
  buffer.bytes.set(bytes.subarray(0, length));
}

/** Appends one byte. */
export function appendByte(buffer: ByteBuffer, byte: number): void {
  reserve(buffer, 1);
  buffer.bytes[buffer.length] = byte;
  buffer.length += 1;
}

/** Appends a text of characters below 128. */
export function appendAscii(buffer: ByteBuffer, text: string): void {
  reserve(buffer, text.length);
  const { bytes } = buffer;
  let { length } = buffer;
  for (let i = 0; i < text.length; i += 1, length += 1) bytes[length] = text.charCodeAt(i);
  buffer.length = length;
}

/** Appends the decimal digits of an integer within ±(2^53 - 1). */
export function appendInteger(buffer: ByteBuffer, value: number): void {
  if (value <= -2147483648 || value > 2147483647) {
    appendAscii(buffer, String(value));
    return;
  }
  reserve(buffer, 11);
  const { bytes } = buffer;
  let rest = value;
  if (rest < 0) {
    bytes[buffer.length] = 45;
    buffer.length += 1;
    rest = -rest;
  }
  let digits = 1;
  for (let bound = 10; rest >= bound; bound *= 10) digits += 1;
  for (let at = buffer.length + digits - 1; at >= buffer.length; at -= 1) {
    const tens = (rest / 10) | 0;
    bytes[at] = 48 + rest - tens * 10;
    rest = tens;
  }
  buffer.length += digits;
}
