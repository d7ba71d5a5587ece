import type { DataType } from 'apache-arrow';
import type { NumberStorage } from './number-storage.js';
import { numberStorageOf } from './number-storage-of.js';

/** How a type keeps its numbers. TypeError for types that keep none. */
export function requireNumberStorage(type: DataType): NumberStorage {
  const storage = numberStorageOf(type);
  if (storage === undefined) throw new TypeError(`Expected numbers, got ${type}`);
  return storage;
}
