/** What a saved model is written in; it goes up when older versions could not read it. */
export const MODEL_FORMAT = 5;

/** What can be read: 2 knew no columns that are differences from others, 3 no rare bucket without values, 4 no parts of dates. */
export const READABLE_FORMATS = [2, 3, 4, MODEL_FORMAT] as const;
