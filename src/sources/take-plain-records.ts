import { CR, type CsvDialect, LF } from './csv-dialect.js';
import type { RecordPlaces } from './csv-records.js';
import type { CsvText } from './csv-text.js';
import { NULL_END } from './text-fields.js';

/**
 * Moves records from a text into a group while they are plain: unquoted fields, as many as there are columns, and a line end.
 * All in one loop without calls, for delimiters of one byte: this is where most files are read. Any other record, the last one
 * without a line end and what is beyond the group's end stay in the text.
 */
export function takePlainRecords(text: CsvText, group: RecordPlaces, dialect: CsvDialect): void {
  const { bytes, filled, groupStart } = text;
  const { separator, ending, longestNull, isNull } = dialect;
  const [delimiter] = separator;
  const { columns } = group;
  for (let at = text.start; !group.isFull; text.start = at) {
    group.makeRoom();
    const { bounds, rows } = group;
    let place = rows * columns * 2;
    let byte: number | undefined = delimiter;
    for (let field = 0; field < columns; field += 1, place += 2) {
      if (byte !== delimiter) return;
      const from = at;
      while (at < filled && ending[bytes[at] as number] === 0) at += 1;
      if (at === filled) return;
      byte = bytes[at] as number;
      bounds[place] = from - groupStart;
      bounds[place + 1] = at - from <= longestNull && isNull(bytes, from, at) ? NULL_END : at - groupStart;
      at += 1;
    }
    if (at - 1 === text.start) return;
    if (byte === CR && at < filled && bytes[at] === LF) at += 1;
    else if (byte !== LF) return;
    group.add(text.line);
    text.line += 1;
  }
}
