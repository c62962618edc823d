import { prepareRecord } from '../../audit/record.ts'
import type { Guid } from '../../base/guid.ts'
import type { StoreParts } from '../../store/parts.ts'
import { sealedColumn } from '../../store/reseal.ts'
import { UniqueViolation } from '../../store/store.ts'
import type { CallPlatformTable } from '../../store/tables.ts'
import type { Platform, PlatformSettings } from './platform.ts'
import { createPlatformKeys, keyHash, newPlatformKey } from './platform-keys.ts'
import { auditTargetOf, platformOf, preparePlatformRows } from './platform-rows.ts'

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

const signingBytes = 24

const purposeOf = (guid: unknown) => `call platform ${guid}`

/** The telephone platforms of a region's accounts (contract/calls §1). Of a key its SHA-256 is kept. */
export function createPlatforms(
  parts: Pick<StoreParts, 'store' | 'sealer' | 'clock' | 'random' | 'newGuid'>,
) {
  const { store, sealer, clock, random, newGuid } = parts
  const rows = preparePlatformRows(store)
  const record = prepareRecord(parts)
  const seal = (guid: Guid, settings: PlatformSettings) =>
    sealer.seal(purposeOf(guid), Buffer.from(JSON.stringify(settings)))
  const open = ({ guid, sealed_settings }: CallPlatformTable): PlatformSettings =>
    JSON.parse(sealer.open(purposeOf(guid), sealed_settings).toString())

  return {
    ...createPlatformKeys({ ...parts, rows }),

    /** @returns what is shown once; `taken` when the account has a platform of this name. */
    async create(order: NewPlatform): Promise<(PlatformCredentials & { readonly guid: Guid }) | 'taken'> {
      const { accountId, name, kind, key = newPlatformKey(random) } = order
      const guid = newGuid()
      const signingSecret = `whsec_${random(signingBytes).toString('base64')}`
      const settings: PlatformSettings = { ...order.settings, signingSecret }
      const sealed = seal(guid, settings)
      const now = clock.now()
      try {
        await store.write(async (tx) => {
          await rows.insert.run(tx, { guid, accountId, name, kind, sealed, now })
          await rows.insertKey.run(tx, { guid, sha256: keyHash(key), now })
          const target = { kind: 'platform', id: guid, name }
          await record(tx, { action: 'platform.create', target, account: accountId, details: { kind } })
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
      return row && open(row)
    },

    /** From the next command on, a platform of kind `http` is told there. @throws {NotSealedHere} */
    setControlUrl: (guid: Guid, controlUrl: string): Promise<void> =>
      store.write(async (tx) => {
        const row = await rows.lock.first(tx, { guid })
        if (!row) throw new Error('The platform is not there any more.')
        await rows.updateSettings.run(tx, { guid, sealed: seal(guid, { ...open(row), controlUrl }) })
        const details = { changed: ['controlUrl'] }
        await record(tx, { action: 'platform.edit', ...auditTargetOf(row), details })
      }),

    /** Its keys open nothing at once, and its calls are nobody's. */
    async setDisabled(guid: Guid, disabled: boolean): Promise<void> {
      await store.write(async (tx) => {
        const row = await rows.lock.first(tx, { guid })
        if (!row) return
        await rows.disable.run(tx, { guid, at: disabled ? clock.now() : null })
        await record(tx, { action: disabled ? 'platform.disable' : 'platform.enable', ...auditTargetOf(row) })
      })
    },
  }
}

/** How platforms are steered, with what signs their commands. */
export const sealedPlatformSettings = sealedColumn({
  what: 'phone systems',
  table: 'call_platform',
  key: ['guid'],
  column: 'sealed_settings',
  purposes: ({ guid }) => [purposeOf(guid)],
})
