/** Most exceptions to a relation, as a share of those there would be if its columns had nothing to do with each other. */
export const EXCEPTIONS = 0.005;
/** Exceptions there would be by chance, at least: then none, or next to none, is no accident. */
const LEAST_BY_CHANCE = 50;

/** Whether so many exceptions are no accident where chance alone would make `byChance`. */
export function isNoAccident(exceptions: number, byChance: number): boolean {
  return byChance >= LEAST_BY_CHANCE && exceptions <= EXCEPTIONS * byChance;
}
