/** What an error means, and what to do about it: two texts in Markdown, with words of code and links as `docs/errors.md` has them. */
export interface Advice {
  readonly cause: string
  readonly remedy: string
}

/** Nothing to mend: the same remedy for all that passes. */
export const tryAgain = 'Send the request again after the time in `Retry-After`.'
