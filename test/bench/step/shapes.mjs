// @ts-check
/** @typedef {{ widths: number[], latent: number, rows: number }} Shape */
/** The networks of the step benchmark: input and hidden widths of the encoder (the decoder mirrors it), latent, batch. */
export const shapes = {
  tabular: { widths: [100, 128, 128], latent: 128, rows: 500 },
  mnist: { widths: [784, 512], latent: 20, rows: 128 },
  tiny: { widths: [20, 64], latent: 8, rows: 64 },
};
