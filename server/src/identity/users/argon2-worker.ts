/** The thread that hashes passwords: takes a {@link Derivation} from its parent, answers with the tag, keeps nothing. */
import { argon2Sync } from 'node:crypto'
import { constants, setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import type { Derivation } from './hash-password.ts'

lowerOwnPriority()

parentPort?.on('message', (derivation: Derivation) => {
  try {
    parentPort?.postMessage(new Uint8Array(argon2Sync('argon2id', derivation)))
  } finally {
    derivation.message.fill(0)
  }
})

/** On Linux a thread has a priority of its own; elsewhere it would be that of the whole process. */
function lowerOwnPriority(): void {
  if (process.platform !== 'linux') return
  try {
    setPriority(0, constants.priority.PRIORITY_LOW)
  } catch {
    // A sandbox around the process may forbid it; passwords are then hashed beside the requests as equals.
  }
}
