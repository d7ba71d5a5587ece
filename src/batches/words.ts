/** Words of a dictionary, each once, numbered in the order in which they came. */
export interface Words<Word> {
  readonly words: readonly Word[];
  /** The number of a word, a new one where it is new. Bytes are the same word where they are equal. */
  codeOf(word: Word): number;
  clear(): void;
}

/** No words so far. An array of bytes that comes again is looked up as the object that it is. */
export function createWords<Word>(): Words<Word> {
  const words: Word[] = [];
  const codes = new Map<unknown, number>();
  return {
    words,
    codeOf(word) {
      const known = codes.get(word);
      if (known !== undefined) return known;
      const key = ArrayBuffer.isView(word) ? textOf(word) : word;
      const code = codes.get(key) ?? words.length;
      if (code === words.length) words.push(word);
      codes.set(key, code);
      codes.set(word, code);
      return code;
    },
    clear() {
      words.length = 0;
      codes.clear();
    },
  };
}

/** A character a byte. */
function textOf({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}
