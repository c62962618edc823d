/** Mutants that no test notices and none should, each with the reason. */
export const judged: readonly {
  /** The end of its path. */
  readonly file: string
  readonly original: string
  readonly replacement: string
  readonly because: string
}[] = []
