import type { PackedJobs } from './packed-jobs.ts'

/** A statement that is told to the thread with the first order that runs it; from then on its number is enough. */
export interface ToldStatement {
  readonly number: number
  readonly sql: string
  readonly returnsRows: boolean
}

/** What the thread that writes is told. It answers each order, in their order. */
export type ThreadOrder =
  | { readonly order: 'open'; readonly file: string; readonly lockPatience: number }
  | {
      readonly order: 'run'
      readonly begins: boolean
      readonly told: readonly ToldStatement[]
      readonly jobs: PackedJobs
    }
  | { readonly order: 'commit' | 'roll-back' | 'checkpoint' | 'close' }

/** The rows of a statement that returns some, and how many rows any other has changed. */
export type ThreadRows = readonly unknown[] | number

export type ThreadAnswer =
  | { readonly rows: readonly ThreadRows[] }
  /** What SQLite has thrown; without its result code it is a mistake of ours. */
  | { readonly error: { readonly message: string; readonly errcode: number | undefined } }
