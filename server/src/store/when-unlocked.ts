import { setTimeout as pause } from 'node:timers/promises'
import { isLocked } from './store-unavailable.ts'

const retryPauseMilliseconds = 20

/** Milliseconds that another program's lock is waited for. */
export const defaultLockPatience = 5_000

/**
 * Does what needs a lock as soon as no other program holds it: a backup, or an administration command. It is tried again
 * and again, because SQLite's own waiting would stop the thread.
 *
 * @param patience milliseconds.
 * @param wait lets so many milliseconds pass.
 * @throws what the last attempt threw.
 */
export async function whenUnlocked<T>(
  operation: () => T | Promise<T>,
  patience: number,
  wait: (milliseconds: number) => Promise<unknown> = pause,
): Promise<T> {
  const attempts = Math.max(1, Math.ceil(patience / retryPauseMilliseconds))
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await operation()
    } catch (error) {
      if (!isLocked(error) || attempt === attempts) throw error
    }
    await wait(retryPauseMilliseconds)
  }
}
