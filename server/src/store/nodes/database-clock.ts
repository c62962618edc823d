import type { Clock } from '../../base/clock.ts'
import type { Store } from '../store.ts'
import { prepareNodeRows } from './node-rows.ts'

const lookMilliseconds = 2_000

/**
 * The time of a database that several processes work on, for all of them: what one of them holds until, or finds due, is so
 * for the others too, however wrong the clock of a machine is. It goes on by the time that has passed here, and is looked
 * at every two seconds: it is off by less than a look takes.
 */
export async function createDatabaseClock(store: Store, clock: Clock): Promise<Clock & { close(): void }> {
  const rows = prepareNodeRows(store)
  let ahead: number | undefined

  async function look(): Promise<void> {
    const before = clock.elapsed()
    const row = await rows.now.first(store.reader, {})
    if (!row) return
    const [least, most] = [row.now - clock.elapsed(), row.now - before]
    ahead = ahead === undefined ? (least + most) / 2 : Math.min(Math.max(ahead, least), most)
  }

  await look()
  const close = clock.every(lookMilliseconds, () => void look().catch(() => {}))
  const { elapsed, after, every } = clock
  return { now: () => Math.round(elapsed() + (ahead ?? 0)), elapsed, after, every, close }
}
