import { Problem } from '../base/problem.ts'

/** Why the engine cannot work, as an operator would say it, by SQLite's primary result code. */
const reasons: Readonly<Record<number, string>> = {
  3: 'this user has no access to its file',
  5: 'another program has locked it',
  6: 'another program has locked it',
  7: 'the machine has no memory left',
  8: 'it is read-only',
  10: 'the disk cannot be read or written',
  11: 'its file is damaged',
  13: 'the disk is full',
  14: 'its file cannot be opened',
  15: 'another program has locked it',
  22: 'its file is too large for the file system',
  26: 'its file is damaged',
}

/** Where SQLite's extended result code says more. */
const extendedReasons: Readonly<Record<number, string>> = {
  4874: 'the disk is full, or files cannot grow',
  1032: 'its file was moved or deleted while the server was running: restart the server',
}

/**
 * The engine could not read or write, for a reason that lies in the machine and may pass. Nothing of the operation
 * is kept. To callers it is `storage-unavailable`, a 503 that says when to come again.
 */
export class StoreUnavailable extends Problem {
  /** For the operator: `the disk is full`. */
  readonly reason: string
  /** Of the embedded engine, or of a database server. */
  readonly place: 'file' | 'server'

  constructor(reason: string, cause: unknown, place: 'file' | 'server' = 'file') {
    super('storage-unavailable', 'Nothing can be stored at the moment. Try again in a few seconds.')
    this.name = 'StoreUnavailable'
    this.reason = reason
    this.place = place
    this.cause = cause
  }
}

/** What SQLite threw: {@link StoreUnavailable} where the machine is to blame, and itself where the statement is. */
export function asStoreFailure(error: unknown): unknown {
  const code = resultCode(error)
  if (code === undefined) return error
  const reason = extendedReasons[code] ?? reasons[primaryOf(code)]
  return reason === undefined ? error : new StoreUnavailable(reason, error)
}

const busy = 5

/** SQLITE_BUSY: somebody else holds the lock, perhaps for a moment only. */
export const isLocked = (error: unknown): boolean =>
  error instanceof StoreUnavailable && primaryOf(resultCode(error.cause) ?? 0) === busy

function resultCode(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
    ? error.errcode
    : undefined
}

/** Extended result codes have the primary one in their lowest byte. */
const primaryOf = (code: number): number => code & 0xff
