import type { CompiledStatement, ExecutedRows } from '../store.ts'

/** A statement, and the values that it is run with. */
export interface Job {
  readonly statement: CompiledStatement
  readonly parameters: readonly unknown[]
}

/** The one connection of an engine that writes. It takes many statements in one message. */
export interface Writer {
  /**
   * Runs statements in their order.
   *
   * @param begins whether a transaction is to be begun before them.
   * @throws what the first that fails was refused for, those behind it are not run; {@link StoreUnavailable}.
   */
  run(jobs: readonly Job[], begins: boolean): Promise<readonly ExecutedRows[]>
  /**
   * Makes it durable, and ends it whether that succeeds or not. What is asked next need not wait for it.
   *
   * @throws {StoreUnavailable} also where it may be durable all the same.
   */
  commit(): Promise<void>
  /** Takes everything back. Harmless where there is nothing. */
  rollBack(): Promise<void>
}
