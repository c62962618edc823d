import type { Stop } from '../../base/clock.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { VaultRows } from '../model/vault-rows.ts'

const hour = 3_600_000
const kept = 90 * 24 * hour
/** So few in one transaction that nobody waits for it. */
const most = 200

/** Removes sessions that ended 90 days ago, with their charge attempts, and what gateways told that long ago; once an hour. */
export function removeOldSessions({
  store,
  rows,
  clock,
  log,
}: Pick<StoreParts, 'store' | 'clock' | 'log'> & { readonly rows: VaultRows }): Stop {
  let running = false
  let stopped = false

  async function remove(): Promise<void> {
    const before = clock.now() - kept
    await store.write((tx) => rows.removeNotifications.run(tx, { before }))
    let removed = most
    while (removed === most && !stopped) {
      removed = await store.write((tx) => rows.removeEnded.run(tx, { before, most }))
    }
  }

  async function removeOnce(): Promise<void> {
    if (running) return
    running = true
    try {
      await remove()
    } catch (error) {
      log.warn({ err: error }, 'old capture sessions could not be removed')
    } finally {
      running = false
    }
  }

  const stop = clock.every(hour, () => void removeOnce())
  return () => {
    stopped = true
    stop()
  }
}
