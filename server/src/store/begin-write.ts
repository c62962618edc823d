import { setTimeout as pause } from 'node:timers/promises'
import { isLocked } from './store-unavailable.ts'

const pauseMilliseconds = 20
/** Five seconds in all. */
const attempts = 250

/**
 * Begins a transaction as soon as no other program holds the lock: a backup, or a command of the console. It is looked
 * again and again, because SQLite's own waiting would stop the event loop.
 *
 * @param wait lets so many milliseconds pass.
 * @throws what the last attempt threw.
 */
export async function beginWrite(
  begin: () => void,
  wait: (milliseconds: number) => Promise<unknown> = pause,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      begin()
      return
    } catch (error) {
      if (!isLocked(error) || attempt === attempts) throw error
    }
    await wait(pauseMilliseconds)
  }
}
