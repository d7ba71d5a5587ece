import { DataType, Dictionary, Timestamp } from 'apache-arrow';

/**
 * What a column that a Parquet file holds as `stored` was in Arrow, by the schema that Arrow libraries leave in the file, where the values can
 * be those of `original`; else `stored`. Units of time and what dictionaries hold are as stored.
 */
export function originalType(stored: DataType, original: DataType | undefined): DataType {
  if (original === undefined) return stored;
  if (DataType.isDictionary(original)) {
    const { dictionary, indices, isOrdered } = original;
    const isKind = isSameKind(stored, dictionary as DataType);
    return isKind ? new Dictionary(stored, indices, null, isOrdered) : stored;
  }
  if (isSameKind(stored, original)) return original;
  if (DataType.isTimestamp(stored) && DataType.isTimestamp(original) && stored.timezone && original.timezone)
    return new Timestamp(stored.unit, original.timezone);
  if (DataType.isDecimal(stored) && DataType.isDecimal(original)) {
    const isSame = stored.precision === original.precision && stored.scale === original.scale;
    return isSame ? original : stored;
  }
  const isDuration = DataType.isDuration(original) && DataType.isInt(stored) && stored.bitWidth === 64;
  return isDuration || DataType.isNull(original) ? original : stored;
}

/** Whether both are texts or both are bytes, whatever the width of their offsets. */
function isSameKind(stored: DataType, original: DataType): boolean {
  if (DataType.isUtf8(stored))
    return DataType.isUtf8(original) || DataType.isLargeUtf8(original) || DataType.isUtf8View(original);
  return (
    DataType.isBinary(stored) &&
    (DataType.isBinary(original) || DataType.isLargeBinary(original) || DataType.isBinaryView(original))
  );
}
