import { NotSealedHere } from './base/seal.ts'
import { ConfigError } from './config.ts'
import { FolderNotLocked } from './lock-data-folder.ts'

/** Why a process cannot do its work, for the operator: what is theirs to mend in words, a bug with its stack. */
export function startError(error: unknown): string {
  if (error instanceof ConfigError || error instanceof FolderNotLocked) return error.message
  if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
    return `${error.message}\nThe command takes --role api, --role vault or nothing.`
  }
  if (error instanceof NotSealedHere) {
    return `TONEGATE_SEALING_KEY is another key than the one that the data in TONEGATE_DATA was sealed under. ${error.message}`
  }
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return `${error.message}. Another program listens there; choose another port with PORT=8081.`
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
