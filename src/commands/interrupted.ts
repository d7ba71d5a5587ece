/** What a command is aborted with that is ended by a signal: the code to exit with, 128 and the signal's number. */
export class Interrupted extends Error {
  constructor(readonly code: number) {
    super('Interrupted');
  }
}
