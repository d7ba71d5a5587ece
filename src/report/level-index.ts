/** The texts of a category, each with a number: tables that are compared share one. */
export interface LevelIndex {
  /** The texts by their code, from 0. */
  readonly texts: readonly string[];
  /** The code of a text that is there. */
  find(text: string): number | undefined;
  /** The code of a text, a new one where it was not there before. */
  codeOf(text: string): number;
}

/** The code of null. */
export const NULL_CODE = -1;

/** An index without texts. */
export function createLevelIndex(): LevelIndex {
  const texts: string[] = [];
  const codes = new Map<string, number>();
  return {
    texts,
    find: (text) => codes.get(text),
    codeOf(text) {
      const known = codes.get(text);
      if (known !== undefined) return known;
      codes.set(text, texts.length);
      texts.push(text);
      return texts.length - 1;
    },
  };
}
