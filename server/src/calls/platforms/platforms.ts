import { hash } from 'node:crypto'
import type { Guid } from '../../base/guid.ts'
import type { StoreParts } from '../../store/parts.ts'
import { sealedColumn } from '../../store/reseal.ts'
import { UniqueViolation } from '../../store/store.ts'
import type { CallPlatformTable } from '../../store/tables.ts'
import type { Platform, PlatformKind, PlatformSettings } from './platform.ts'
import { preparePlatformRows } from './platform-rows.ts'

/** A platform to be made; with a key of its own where that follows from something, else by chance. */
export type NewPlatform = Pick<Platform, 'accountId' | 'name' | 'kind'> & {
  readonly settings: Omit<PlatformSettings, 'signingSecret'>
  readonly key?: string
}

/** What is shown once. */
export interface PlatformCredentials {
  readonly key: string
  /** Signs commands. */
  readonly signingSecret: string
}

export type Platforms = ReturnType<typeof createPlatforms>

const keyPattern = /^tgp_[A-Za-z0-9_-]{43}$/
const keyBytes = 32
const signingBytes = 24
const maxKeys = 2

/** What stands behind `tgp_` is 256 bits, by chance. */
export const platformKeyOf = (bytes: Uint8Array): string => `tgp_${Buffer.from(bytes).toString('base64url')}`

const keyHash = (key: string) => hash('sha256', key, 'buffer')
const purposeOf = (guid: Guid) => `call platform ${guid}`

/** The telephone platforms of a region's accounts (contract/calls §1). Of a key its SHA-256 is kept. */
export function createPlatforms(
  parts: Pick<StoreParts, 'store' | 'sealer' | 'clock' | 'random' | 'newGuid'>,
) {
  const { store, sealer, clock, random, newGuid } = parts
  const rows = preparePlatformRows(store)
  const newKey = () => platformKeyOf(random(keyBytes))

  return {
    /** @returns what is shown once; `taken` when the account has a platform of this name. */
    async create(order: NewPlatform): Promise<(PlatformCredentials & { readonly guid: Guid }) | 'taken'> {
      const { accountId, name, kind, key = newKey() } = order
      const guid = newGuid()
      const signingSecret = `whsec_${random(signingBytes).toString('base64')}`
      const settings: PlatformSettings = { ...order.settings, signingSecret }
      const sealed = sealer.seal(purposeOf(guid), Buffer.from(JSON.stringify(settings)))
      const now = clock.now()
      try {
        await store.write(async (tx) => {
          await rows.insert.run(tx, { guid, accountId, name, kind, sealed, now })
          await rows.insertKey.run(tx, { guid, sha256: keyHash(key), now })
        })
      } catch (error) {
        if (error instanceof UniqueViolation) return 'taken'
        throw error
      }
      return { guid, key, signingSecret }
    },

    /** Of one account, or of all, by their names. */
    async list(accountId?: number): Promise<readonly Platform[]> {
      const found = await rows.all.all(store.reader, {})
      return found.map(platformOf).filter((each) => accountId === undefined || each.accountId === accountId)
    },

    async find(guid: Guid): Promise<Platform | undefined> {
      const row = await rows.find.first(store.reader, { guid })
      return row && platformOf(row)
    },

    async findNamed(accountId: number, name: string): Promise<Platform | undefined> {
      const row = await rows.findNamed.first(store.reader, { accountId, name })
      return row && platformOf(row)
    },

    /** Whether an account has a platform that is not disabled. */
    hasAny: async (accountId: number): Promise<boolean> =>
      (await rows.anyOf.first(store.reader, { accountId })) !== undefined,

    /** How a platform is steered. @throws {NotSealedHere} */
    async settingsOf(guid: Guid): Promise<PlatformSettings | undefined> {
      const row = await rows.find.first(store.reader, { guid })
      return row && JSON.parse(sealer.open(purposeOf(guid), row.sealed_settings).toString())
    },

    /** The platform that a key is of; `undefined` where it is nobody's, or the platform's that is disabled. */
    async authenticate(key: string): Promise<Platform | undefined> {
      if (!keyPattern.test(key)) return undefined
      const row = await rows.ofKey.first(store.reader, { sha256: keyHash(key) })
      return row && platformOf(row)
    },

    /** Makes a second key, in force at once. */
    async addKey(guid: Guid): Promise<string | 'has-two-already'> {
      const key = newKey()
      const row = { guid, sha256: keyHash(key), now: clock.now() }
      return store.write(async (tx) => {
        if ((await rows.keysOf.all(tx, { guid })).length >= maxKeys) return 'has-two-already'
        await rows.insertKey.run(tx, row)
        return key
      })
    },

    /** Makes a key its only one, at once. */
    async setKey(guid: Guid, key: string): Promise<void> {
      const row = { guid, sha256: keyHash(key), now: clock.now() }
      await store.write(async (tx) => {
        for (const { sha256 } of await rows.keysOf.all(tx, { guid })) await rows.deleteKey.run(tx, { sha256 })
        await rows.insertKey.run(tx, row)
      })
    },

    /** Removes the older of two keys, at once. */
    removeOldestKey: (guid: Guid): Promise<'removed' | 'only-one-left'> =>
      store.write(async (tx) => {
        const [oldest, ...others] = await rows.keysOf.all(tx, { guid })
        if (!oldest || others.length === 0) return 'only-one-left'
        await rows.deleteKey.run(tx, { sha256: oldest.sha256 })
        return 'removed'
      }),

    /** Its keys open nothing at once, and its calls are nobody's. */
    async setDisabled(guid: Guid, disabled: boolean): Promise<void> {
      await store.write((tx) => rows.disable.run(tx, { guid, at: disabled ? clock.now() : null }))
    },
  }
}

/** How platforms are steered, with what signs their commands. */
export const sealedPlatformSettings = sealedColumn({
  what: 'phone systems',
  table: 'call_platform',
  key: ['guid'],
  column: 'sealed_settings',
  purposes: ({ guid }) => [purposeOf(guid as Guid)],
})

const platformOf = (row: CallPlatformTable): Platform => ({
  guid: row.guid,
  accountId: row.account_id,
  name: row.name,
  kind: row.kind as PlatformKind,
  disabled: row.disabled_at !== null,
  createdAt: row.created_at,
})
