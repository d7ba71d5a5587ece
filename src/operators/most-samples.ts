/** Latents drawn a record at most: 20 times those of Burda et al. (2016), and some minutes for a single record. */
export const MOST_SAMPLES = 100_000;
