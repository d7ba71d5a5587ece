/** The names of the options of every source that reads batches; see `requireOptions`. */
export const READING_OPTIONS = { signal: 'signal', limit: 'number', batchRows: 'number' } as const;
