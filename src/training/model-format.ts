/** What a saved model is written in; it goes up when older versions could not read it. */
export const MODEL_FORMAT = 4;

/** What can be read: 2 knew no columns that are differences from others, 3 no rare bucket without values. */
export const READABLE_FORMATS = [2, 3, MODEL_FORMAT] as const;
