import { prepareRecord } from '../../audit/record.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { Store } from '../../store/store.ts'
import type { AccountConfiguration } from './account-configuration.ts'
import { withDefaults } from './read-configuration.ts'

/** The account configurations of a region. */
export interface Configurations {
  /** Makes or replaces a configuration; in force at once here, and on other nodes within a second. */
  put(accountId: number, configuration: AccountConfiguration): Promise<void>
  /** All of an account, by their ids, as they are in the store. */
  list(accountId: number): Promise<readonly AccountConfiguration[]>
  /** The configuration, as it was at most a second ago: the same object for as long as nobody changes it. */
  find(
    accountId: number,
    id: number,
  ): AccountConfiguration | undefined | Promise<AccountConfiguration | undefined>
}

interface Kept {
  readonly configuration: AccountConfiguration
  /** As its row has it. */
  readonly settings: string
  readonly readAt: number
}

const freshMilliseconds = 1000
const maxKept = 10_000

/** What PostgreSQL calls an integer; a greater id is of no configuration. */
const greatestId = 2 ** 31 - 1

export function createConfigurations({ store, clock }: Pick<StoreParts, 'store' | 'clock'>): Configurations {
  const { upsert, selectHeld, select, selectAll } = prepareStatements(store)
  const record = prepareRecord({ store, clock })
  const kept = new Map<string, Kept>()

  async function read(accountId: number, id: number, key: string) {
    const readAt = clock.elapsed()
    const row = await select.first(store.reader, { accountId, id })
    if (!row) {
      kept.delete(key)
      return
    }
    const before = kept.get(key)
    const { settings } = row
    const configuration =
      before?.settings === settings ? before.configuration : withDefaults(JSON.parse(settings))
    if (kept.size >= maxKept) kept.clear()
    kept.set(key, { configuration, settings, readAt })
    return configuration
  }

  return {
    async put(accountId, configuration) {
      const settings = JSON.stringify(configuration)
      await store.write(async (tx) => {
        const before = await selectHeld.first(tx, { accountId, id: configuration.id })
        await upsert.run(tx, { accountId, id: configuration.id, settings })
        await record(tx, {
          action: 'configuration.put',
          target: { kind: 'configuration', id: String(configuration.id), name: configuration.name },
          account: accountId,
          details: {
            replaced: before !== undefined,
            changed: changedMembers(before && JSON.parse(before.settings), JSON.parse(settings)),
          },
        })
      })
      kept.delete(`${accountId}/${configuration.id}`)
    },
    async list(accountId) {
      const rows = await selectAll.all(store.reader, { accountId })
      return rows.map(({ settings }) => withDefaults(JSON.parse(settings)))
    },
    find(accountId, id) {
      if (id > greatestId) return undefined
      const key = `${accountId}/${id}`
      const found = kept.get(key)
      if (found && clock.elapsed() - found.readAt < freshMilliseconds) return found.configuration
      return read(accountId, id, key)
    },
  }
}

/** The names of the members, two levels deep, that have another value; of a new configuration all that it has. */
function changedMembers(before: unknown, after: unknown): readonly string[] {
  const [former, present] = [membersOf(before), membersOf(after)]
  const names = new Set([...Object.keys(former), ...Object.keys(present)])
  return [...names].filter((name) => former[name] !== present[name]).sort()
}

function membersOf(settings: unknown): Readonly<Record<string, string>> {
  const members = Object.entries((settings ?? {}) as Readonly<Record<string, unknown>>).flatMap(
    ([name, value]) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.entries(value).map(([inner, each]) => [`${name}.${inner}`, JSON.stringify(each)])
        : [[name, JSON.stringify(value)]],
  )
  return Object.fromEntries(members)
}

const prepareStatements = (store: Store) => ({
  upsert: store.prepare((db, p: { accountId: number; id: number; settings: string }) =>
    db
      .insertInto('account_configuration')
      .values({ account_id: p.accountId, id: p.id, settings: p.settings })
      .onConflict((conflict) => conflict.columns(['account_id', 'id']).doUpdateSet({ settings: p.settings })),
  ),
  selectHeld: store.prepare((db, p: { accountId: number; id: number }) =>
    db
      .selectFrom('account_configuration')
      .select('settings')
      .where('account_id', '=', p.accountId)
      .where('id', '=', p.id)
      .forUpdate(),
  ),
  select: store.prepare((db, p: { accountId: number; id: number }) =>
    db
      .selectFrom('account_configuration')
      .select('settings')
      .where('account_id', '=', p.accountId)
      .where('id', '=', p.id),
  ),
  selectAll: store.prepare((db, p: { accountId: number }) =>
    db
      .selectFrom('account_configuration')
      .select('settings')
      .where('account_id', '=', p.accountId)
      .orderBy('id'),
  ),
})
