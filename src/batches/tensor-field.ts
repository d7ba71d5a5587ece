import { type Data, DataType, Field, FixedSizeList, type Float, type Int, type Precision } from 'apache-arrow';
import { counted } from '../counted.js';

const NAME = 'ARROW:extension:name';
const METADATA = 'ARROW:extension:metadata';
const FIXED_SHAPE_TENSOR = 'arrow.fixed_shape_tensor';

/** A column whose values are arrays of one shape (Arrow's canonical extension type `arrow.fixed_shape_tensor`). */
export interface TensorType {
  readonly shape: readonly number[];
  readonly valueType: Int | Float;
}

/**
 * The shape and type of a tensor column, undefined for any other. TypeError, naming the column, where it has no shape, one
 * that does not go with the list's size, a permutation, or values that are not numbers.
 */
export function tensorOf(field: Field): TensorType | undefined {
  if (field.metadata.get(NAME) !== FIXED_SHAPE_TENSOR) return undefined;
  const { type } = field;
  const fail = (expected: string, found: unknown): never => {
    throw new TypeError(`Expected tensor column \`${field.name}\` to have ${expected}, got ${found}`);
  };
  if (!DataType.isFixedSizeList(type)) return fail('lists of a fixed size', type);
  const valueType = type.valueType as DataType;
  if (!DataType.isInt(valueType) && !DataType.isFloat(valueType)) return fail('numbers', valueType);
  let metadata: { shape?: unknown; permutation?: unknown } | null;
  try {
    metadata = JSON.parse(field.metadata.get(METADATA) ?? '{}') as typeof metadata;
  } catch {
    return fail('a shape as JSON', field.metadata.get(METADATA));
  }
  const shape = metadata?.shape;
  if (!Array.isArray(shape) || !shape.every((size) => Number.isSafeInteger(size) && size > 0)) {
    return fail('a shape', shape === undefined ? 'none' : JSON.stringify(shape));
  }
  const size = shape.reduce<number>((product, dim) => product * (dim as number), 1);
  if (size !== type.listSize) return fail(`a shape of ${counted(type.listSize, 'value')}`, `[${shape.join(', ')}]`);
  const order = metadata?.permutation;
  if (Array.isArray(order) && order.some((dim, i) => dim !== i)) return fail('no permutation', `[${order.join(', ')}]`);
  return { shape: shape as number[], valueType };
}

/** A tensor column's field. */
export function tensorField(name: string, { shape, valueType }: TensorType, nullable = false): Field {
  const size = shape.reduce((product, dim) => product * dim, 1);
  const metadata = new Map([
    [NAME, FIXED_SHAPE_TENSOR],
    [METADATA, JSON.stringify({ shape })],
  ]);
  return new Field(name, new FixedSizeList(size, new Field('item', valueType, false)), nullable, metadata);
}

/** All the numbers of a tensor column's rows, row-major [rows, size]; a view where the type is stored as numbers. */
export function tensorValues(data: Data): Exclude<Data<Int | Float>['values'], BigInt64Array | BigUint64Array> {
  const type = data.type as FixedSizeList;
  const child = data.children[0] as Data<Int | Float>;
  // What Arrow slices, it slices the children of; what is read from elsewhere may start at an offset.
  const start = child.length === data.length * type.listSize ? 0 : data.offset * type.listSize;
  return child.values.subarray(start, start + data.length * type.listSize) as never;
}

/** Half floats are kept as 16-bit integers, 64-bit integers as BigInts: neither can be read as numbers. */
export function isReadable({ valueType }: TensorType): boolean {
  return DataType.isFloat(valueType) ? valueType.precision !== (0 as Precision) : valueType.bitWidth < 64;
}
