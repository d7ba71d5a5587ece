/** What a saved model is written in; it goes up when older versions could not read it. */
export const MODEL_FORMAT = 2;
