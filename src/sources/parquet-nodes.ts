import { DataType, Field, FixedSizeList, LargeList, List, Map_, type Schema, Struct } from 'apache-arrow';
import type { SchemaTree } from 'hyparquet/src/types.js';
import { InputError } from '../errors.js';
import { originalType } from './original-type.js';
import { parquetType } from './parquet-type.js';

/** A column of a Parquet file or a part of one. `level` is the definition level from which on its value is there. */
export type ParquetNode =
  | { readonly kind: 'leaf'; readonly type: DataType; readonly level: number; readonly leaf: ParquetLeaf }
  | {
      readonly kind: 'struct';
      readonly type: Struct;
      readonly level: number;
      readonly children: readonly ParquetNode[];
    }
  | { readonly kind: 'list'; readonly type: ListType; readonly level: number; readonly item: ParquetNode };

/** What Parquet stores as a list: of structs of a key and a value where it is a map. */
export type ListType = List | LargeList | FixedSizeList | Map_;

/** Where values lie. */
export interface ParquetLeaf {
  /** Which of a row group's column chunks it is. */
  readonly position: number;
  /** From the root down. */
  readonly path: readonly SchemaTree[];
}

/**
 * The columns of a file, below `root`: lists in the layout of today, of three levels, and in those of old, which the format still
 * allows. `original` is the Arrow schema that the file was written from. An InputError names the column that has a type that Arrow lacks.
 */
export function parquetNodes(root: SchemaTree, original: Schema | undefined, source: string): ParquetNode[] {
  let leaves = 0;

  function nodeOf(path: readonly SchemaTree[], above: number, known?: Field): ParquetNode {
    const { element } = path.at(-1) as SchemaTree;
    if (element.repetition_type !== 'REPEATED')
      return partOf(path, above + (element.repetition_type === 'OPTIONAL' ? 1 : 0), known);
    const item = partOf(path, above + 1, known?.type.children?.[0]);
    return { kind: 'list', type: new List(new Field(element.name, item.type, false)), level: above, item };
  }

  /** The node of what is repeated or there, as if it were required. */
  function partOf(path: readonly SchemaTree[], level: number, known?: Field): ParquetNode {
    const tree = path.at(-1) as SchemaTree;
    const { element, children } = tree;
    const annotation = element.logical_type?.type ?? element.converted_type;
    const [repeated] = children;
    if (repeated === undefined || annotation === 'VARIANT') {
      const type = element.num_children === undefined ? parquetType(element) : undefined;
      if (type === undefined) {
        const found = annotation ?? element.type ?? 'a group without parts';
        throw new InputError(`Expected columns of types that Arrow has, got ${found}`, {
          source,
          column: columnOf(path),
        });
      }
      leaves += 1;
      return { kind: 'leaf', type: originalType(type, known?.type), level, leaf: { position: leaves - 1, path } };
    }
    const isOne = children.length === 1 && repeated.element.repetition_type === 'REPEATED';
    if (isOne && annotation === 'LIST') return listOf([...path, repeated], level, known);
    const isMap = annotation === 'MAP' || element.converted_type === 'MAP_KEY_VALUE';
    if (isOne && isMap && repeated.children.length === 2) return mapOf([...path, repeated], level, known);
    return structOf(path, level, known);
  }

  function structOf(path: readonly SchemaTree[], level: number, known?: Field) {
    const { children } = path.at(-1) as SchemaTree;
    const originals: readonly Field[] = known?.type.children ?? [];
    const nodes = children.map((child) =>
      nodeOf(
        [...path, child],
        level,
        originals.find(({ name }) => name === child.element.name),
      ),
    );
    const type = new Struct(children.map((child, i) => fieldOf(child, nodes[i] as ParquetNode)));
    return { kind: 'struct', type, level, children: nodes } as const;
  }

  function listOf(path: readonly SchemaTree[], level: number, known?: Field): ParquetNode {
    const repeated = path.at(-1) as SchemaTree;
    const [, member] = [repeated, ...repeated.children];
    const original = known?.type.children?.[0];
    const isItem = isItemItself(repeated, path.at(-2)?.element.name);
    const item =
      isItem || member === undefined
        ? partOf(path, level + 1, original)
        : nodeOf([...path, member], level + 1, original);
    const field =
      isItem || member === undefined ? new Field(repeated.element.name, item.type, false) : fieldOf(member, item);
    return { kind: 'list', type: listType(field, known?.type), level, item };
  }

  function mapOf(path: readonly SchemaTree[], level: number, known?: Field): ParquetNode {
    const item = structOf(path, level + 1, known?.type.children?.[0]);
    const [key, value] = item.type.children as [Field, Field];
    const names = [new Field('key', key.type, false), new Field('value', value.type, value.nullable)] as const;
    const entries = new Field('entries', new Struct(names as never), false);
    const isSorted = known !== undefined && DataType.isMap(known.type) && known.type.keysSorted;
    const type = new Map_(entries as never, isSorted);
    return { kind: 'list', type, level, item: { ...item, type: entries.type as Struct } };
  }

  return root.children.map((child) =>
    nodeOf(
      [root, child],
      0,
      original?.fields.find(({ name }) => name === child.element.name),
    ),
  );
}

/** The leaves of a column, in the file's order. */
export function leavesOf(node: ParquetNode): ParquetLeaf[] {
  if (node.kind === 'leaf') return [node.leaf];
  return node.kind === 'list' ? leavesOf(node.item) : node.children.flatMap(leavesOf);
}

/** Whether the repeated part of a list is its item, and not a wrapper of it: the format's rules for files of old writers. */
function isItemItself({ element, children }: SchemaTree, list = ''): boolean {
  return children.length !== 1 || element.name === 'array' || element.name === `${list}_tuple`;
}

function listType(item: Field, original: DataType | undefined): ListType {
  if (original !== undefined && DataType.isLargeList(original)) return new LargeList(item);
  if (original !== undefined && DataType.isFixedSizeList(original)) return new FixedSizeList(original.listSize, item);
  return new List(item);
}

function fieldOf({ element }: SchemaTree, { type }: ParquetNode): Field {
  return new Field(element.name, type, element.repetition_type === 'OPTIONAL');
}

function columnOf([, ...path]: readonly SchemaTree[]): string {
  return path.map(({ element }) => element.name).join('.');
}
