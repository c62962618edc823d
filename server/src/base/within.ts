import type { Clock } from './clock.ts'

/** What a promise resolves or rejects with, or `undefined` when that takes longer. */
export function within<T>(work: Promise<T>, milliseconds: number, clock: Clock): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const stop = clock.after(milliseconds, () => resolve(undefined))
    work.then(resolve, reject).finally(stop)
  })
}
