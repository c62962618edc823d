/** A part cannot do its work; the text says why, to whoever asks. */
export class NotReady extends Error {}

/** What is told of a part that cannot do its work. */
export const reasonNotReady = (error: unknown): string =>
  error instanceof NotReady ? error.message : 'the database does not answer'
