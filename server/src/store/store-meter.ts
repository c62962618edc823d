/** Counts what is written to a region’s database. Times are milliseconds by {@link StoreMeter.now}. */
export interface StoreMeter {
  /** A clock that only goes forward. */
  now(): number
  /**
   * Operations that share a transaction begin.
   *
   * @param since when the first of them was asked for.
   * @returns hears that the transaction is over, one way or the other.
   */
  begun(operations: number, since: number): () => void
  /** An operation was sent away, since too many wait. */
  overloaded(): void
  /** Something is on disk, or cannot be written or read. */
  told(state: 'works' | 'fails'): void
}

export const noStoreMeter: StoreMeter = {
  now: () => 0,
  begun: () => () => {},
  overloaded() {},
  told() {},
}
