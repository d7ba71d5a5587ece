/** What a saved model is written in; it goes up when older versions could not read it. */
export const MODEL_FORMAT = 3;

/** What can be read: 2 knew no columns that are differences from others. */
export const READABLE_FORMATS = [2, MODEL_FORMAT] as const;
