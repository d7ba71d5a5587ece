/**
 * Gives arrays of so many numbers, all in one memory that grows where it has to: each is done with when the next is asked for.
 * They hold what was left in them.
 */
export function reusedArray(): (length: number) => Float32Array {
  let memory = new Float32Array(0);
  return (length) => {
    if (memory.length < length) memory = new Float32Array(length);
    return memory.subarray(0, length);
  };
}
