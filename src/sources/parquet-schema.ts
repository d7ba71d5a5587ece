import {
  Binary,
  Bool,
  DataType,
  DateDay,
  Decimal,
  Dictionary,
  Field,
  FixedSizeBinary,
  Float16,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  Message,
  type Schema,
  TimeMicrosecond,
  TimeMillisecond,
  TimeNanosecond,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Utf8,
} from 'apache-arrow';
import type { FileMetaData, SchemaElement } from 'hyparquet';
import { typeName } from '../batches/type-name.js';
import { InputError } from '../errors.js';

/**
 * The columns of a Parquet file as Arrow fields. Dictionaries of text and the metadata of fields are those of the Arrow schema in the
 * file, where there is one; columns of INT96 are timestamp[ns]. An InputError for nested columns,
 * types that Arrow lacks and two columns of one name.
 */
export function parquetFields({ schema, key_value_metadata: pairs = [] }: FileMetaData, source: string): Field[] {
  const [, ...elements] = schema;
  const original = arrowSchema(pairs.find(({ key }) => key === 'ARROW:schema')?.value);
  const names = new Set<string>();
  return elements.map((element) => {
    if (names.has(element.name))
      throw new InputError('Expected columns of different names, got one twice', { source, column: element.name });
    names.add(element.name);
    const { name, repetition_type: repetition } = element;
    const type = element.num_children === undefined && repetition !== 'REPEATED' ? typeOf(element) : undefined;
    if (type === undefined) {
      const found = element.logical_type?.type ?? element.converted_type ?? element.type ?? 'a nested one';
      throw new InputError(`Expected columns of plain types, got ${found}`, { source, column: name });
    }
    const known = original?.fields.find((field) => field.name === name);
    const isWords =
      known !== undefined &&
      DataType.isDictionary(known.type) &&
      DataType.isUtf8(known.type.dictionary) &&
      DataType.isUtf8(type);
    const indices = isWords ? (known.type as Dictionary).indices : undefined;
    const kept = indices === undefined ? type : new Dictionary(new Utf8(), indices);
    return new Field(name, kept, repetition !== 'REQUIRED', known?.metadata);
  });
}

function arrowSchema(text: string | undefined): Schema | undefined {
  if (text === undefined) return undefined;
  try {
    const message = Message.decode(Buffer.from(text, 'base64').subarray(8));
    return message.isSchema() ? (message.header() as Schema) : undefined;
  } catch {
    return undefined; // It only refines what the file says itself.
  }
}

function typeOf(element: SchemaElement): DataType | undefined {
  const { type, type_length: width = 0, converted_type: converted, logical_type: logical } = element;
  if (logical?.type === 'DECIMAL' || converted === 'DECIMAL') {
    const { precision = 0, scale = 0 } = element;
    return precision <= 38 && width <= 16 ? new Decimal(scale, precision, 128) : undefined;
  }
  switch (type) {
    case 'BOOLEAN':
      return new Bool();
    case 'FLOAT':
      return new Float32();
    case 'DOUBLE':
      return new Float64();
    case 'INT96':
      return new TimestampNanosecond();
    case 'BYTE_ARRAY': {
      const isText = ['STRING', 'ENUM', 'JSON'].includes(logical?.type ?? '');
      return isText || ['UTF8', 'ENUM', 'JSON'].includes(converted ?? '') ? new Utf8() : new Binary();
    }
    case 'FIXED_LEN_BYTE_ARRAY':
      return logical?.type === 'FLOAT16' ? new Float16() : new FixedSizeBinary(width);
    default:
      return integerType(element);
  }
}

function integerType({ type, converted_type: converted, logical_type: logical }: SchemaElement): DataType | undefined {
  if (logical?.type === 'TIMESTAMP') {
    const zone = logical.isAdjustedToUTC ? 'UTC' : null;
    if (logical.unit === 'NANOS') return new TimestampNanosecond(zone);
    return logical.unit === 'MICROS' ? new TimestampMicrosecond(zone) : new TimestampMillisecond(zone);
  }
  if (logical?.type === 'TIME') {
    if (logical.unit === 'NANOS') return new TimeNanosecond();
    return logical.unit === 'MICROS' ? new TimeMicrosecond() : new TimeMillisecond();
  }
  if (logical?.type === 'DATE') return new DateDay();
  if (logical?.type === 'INTEGER') return integerOf(`${logical.isSigned ? '' : 'U'}INT_${logical.bitWidth}`);
  switch (converted) {
    case 'DATE':
      return new DateDay();
    case 'TIMESTAMP_MILLIS':
      return new TimestampMillisecond('UTC');
    case 'TIMESTAMP_MICROS':
      return new TimestampMicrosecond('UTC');
    case 'TIME_MILLIS':
      return new TimeMillisecond();
    case 'TIME_MICROS':
      return new TimeMicrosecond();
    case undefined:
      return type === 'INT32' ? new Int32() : type === 'INT64' ? new Int64() : undefined;
    default:
      return integerOf(converted);
  }
}

function integerOf(name: string): DataType | undefined {
  const types = [
    new Int8(),
    new Int16(),
    new Int32(),
    new Int64(),
    new Uint8(),
    new Uint16(),
    new Uint32(),
    new Uint64(),
  ];
  return types.find((type) => typeName(type).toUpperCase().replace('INT', 'INT_') === name);
}
