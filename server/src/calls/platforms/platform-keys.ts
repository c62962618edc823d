import { hash } from 'node:crypto'
import { prepareRecord } from '../../audit/record.ts'
import type { Guid } from '../../base/guid.ts'
import { onceATurn } from '../../base/turn/once-a-turn.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { Platform } from './platform.ts'
import { auditTargetOf, platformOf, type preparePlatformRows } from './platform-rows.ts'

const keyPattern = /^tgp_[A-Za-z0-9_-]{43}$/
const keyBytes = 32
const maxKeys = 2

/** What stands behind `tgp_` is 256 bits, by chance. */
export const platformKeyOf = (bytes: Uint8Array): string => `tgp_${Buffer.from(bytes).toString('base64url')}`

export const newPlatformKey = (random: StoreParts['random']): string => platformKeyOf(random(keyBytes))

export const keyHash = (key: string): Buffer => hash('sha256', key, 'buffer')

/** The keys of platforms, of which their SHA-256 is kept. */
export function createPlatformKeys({
  store,
  clock,
  random,
  rows,
}: Pick<StoreParts, 'store' | 'clock' | 'random'> & {
  readonly rows: ReturnType<typeof preparePlatformRows>
}) {
  const record = prepareRecord({ store, clock })
  /** A platform may send a hundred keys of its callers at once. */
  const read = onceATurn((key: string) => rows.ofKey.first(store.reader, { sha256: keyHash(key) }))
  return {
    /** The platform that a key is of; `undefined` where it is nobody's, or the platform's that is disabled. */
    async authenticate(key: string): Promise<Platform | undefined> {
      const row = keyPattern.test(key) ? await read(key) : undefined
      return row && platformOf(row)
    },

    /** Makes a second key, in force at once. */
    async addKey(guid: Guid): Promise<string | 'has-two-already'> {
      const key = newPlatformKey(random)
      const row = { guid, sha256: keyHash(key), now: clock.now() }
      return store.write(async (tx) => {
        const platform = await rows.lock.first(tx, { guid })
        if ((await rows.keysOf.all(tx, { guid })).length >= maxKeys) return 'has-two-already'
        await rows.insertKey.run(tx, row)
        if (platform) await record(tx, { action: 'platform.key.add', ...auditTargetOf(platform) })
        return key
      })
    },

    /** Makes a key its only one, at once. */
    async setKey(guid: Guid, key: string): Promise<void> {
      const row = { guid, sha256: keyHash(key), now: clock.now() }
      await store.write(async (tx) => {
        const platform = await rows.lock.first(tx, { guid })
        for (const { sha256 } of await rows.keysOf.all(tx, { guid })) await rows.deleteKey.run(tx, { sha256 })
        await rows.insertKey.run(tx, row)
        if (platform) await record(tx, { action: 'platform.key.add', ...auditTargetOf(platform) })
      })
    },

    /** Removes the older of two keys, at once. */
    removeOldestKey: (guid: Guid): Promise<'removed' | 'only-one-left'> =>
      store.write(async (tx) => {
        const platform = await rows.lock.first(tx, { guid })
        const [oldest, ...others] = await rows.keysOf.all(tx, { guid })
        if (!oldest || others.length === 0) return 'only-one-left'
        await rows.deleteKey.run(tx, { sha256: oldest.sha256 })
        if (platform) await record(tx, { action: 'platform.key.remove', ...auditTargetOf(platform) })
        return 'removed'
      }),
  }
}
