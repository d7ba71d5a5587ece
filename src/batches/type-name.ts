import { DataType, type Field, TimeUnit } from 'apache-arrow';

/** The name of an Arrow type as messages print it, such as `utf8`, `int32`, `timestamp[ms, UTC]` or `dictionary<int32, utf8>`. */
export function typeName(type: DataType): string {
  if (DataType.isTimestamp(type))
    return `timestamp[${[unitName(type.unit), type.timezone].filter(Boolean).join(', ')}]`;
  if (DataType.isDate(type)) return type.unit === 0 ? 'date32' : 'date64';
  if (DataType.isTime(type)) return `time${type.bitWidth}[${unitName(type.unit)}]`;
  if (DataType.isDuration(type)) return `duration[${unitName(type.unit)}]`;
  if (DataType.isDecimal(type)) return `decimal${type.bitWidth}(${type.precision}, ${type.scale})`;
  if (DataType.isFixedSizeBinary(type)) return `fixed-size-binary(${type.byteWidth})`;
  if (DataType.isDictionary(type)) return `dictionary<${typeName(type.indices)}, ${typeName(type.dictionary)}>`;
  if (DataType.isList(type)) return `list<${typeName(type.valueType)}>`;
  if (DataType.isLargeList(type)) return `large-list<${typeName(type.valueType)}>`;
  if (DataType.isFixedSizeList(type)) return `fixed-size-list(${type.listSize})<${typeName(type.valueType)}>`;
  if (DataType.isStruct(type)) return `struct<${fieldNames(type.children)}>`;
  if (DataType.isMap(type)) return `map<${fieldNames(type.childType.children)}>`;
  if (DataType.isUnion(type)) return `union<${fieldNames(type.children)}>`;
  return String(type).toLowerCase();
}

function unitName(unit: TimeUnit): string {
  switch (unit) {
    case TimeUnit.SECOND:
      return 's';
    case TimeUnit.MILLISECOND:
      return 'ms';
    case TimeUnit.MICROSECOND:
      return 'us';
    case TimeUnit.NANOSECOND:
      return 'ns';
    default:
      return unit satisfies never;
  }
}

function fieldNames(fields: readonly Field[]): string {
  return fields
    .map(({ name, type, nullable }) => `${name}: ${typeName(type)}${nullable ? '' : ' not null'}`)
    .join(', ');
}
