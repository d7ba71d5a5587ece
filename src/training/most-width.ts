/** Units of a hidden layer at most: the weights of two layers are as many as the product of theirs. */
export const MOST_WIDTH = 16_384;
