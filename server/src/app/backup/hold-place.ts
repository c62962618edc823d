import { existsSync } from 'node:fs'
import type { Clock } from '../../base/clock.ts'
import type { RegionName } from '../../base/region.ts'
import { Refused } from '../../cli/refused.ts'
import type { Config } from '../../config/config.ts'
import { type HeldSchema, holdSchema } from '../../store/backup/postgres-schemas.ts'
import { openSqliteSource } from '../../store/backup/sqlite-source.ts'
import type { StorePlace } from '../../store/open-store.ts'
import { lockDataFolder } from '../databases/lock-data-folder.ts'

/** A place on which no server and no other such command works, and none begins to, as long as it is held. */
export interface HeldPlace extends AsyncDisposable {
  /** What is there: nothing, tables without an account, or data; a file that cannot be read counts as data. */
  readonly holds: 'nothing' | 'no accounts' | 'data'
  /** Where it is a schema. */
  readonly schema?: HeldSchema
}

/**
 * Sees to it that no server works on a region's database, and nobody else replaces it.
 *
 * @throws {FolderNotLocked} when a server has the data folder.
 * @throws {Refused} when servers serve the schema, or another command holds it.
 */
export async function holdPlace(
  name: RegionName,
  place: StorePlace,
  { config, clock }: { readonly config: Config; readonly clock: Clock },
): Promise<HeldPlace> {
  if ('file' in place) {
    const lock = lockDataFolder(config.dataFolder, { clock })
    return { holds: await fileHolds(place.file), [Symbol.asyncDispose]: async () => lock.release() }
  }
  const schema = await holdSchema(place)
  const { isHeld, isThere, hasAccounts, nodes } = schema.found
  if (isHeld) {
    await schema.release()
    throw new Refused(`Another command is replacing or moving the region ${name}. Wait until it has ended.`)
  }
  if (nodes.length > 0) {
    await schema.release()
    throw new Refused(
      `The region ${name} is being served: ${nodes.join(', ')}. ` +
        'Stop all of its servers first; one that was killed counts for eight seconds more.',
    )
  }
  const holds = hasAccounts ? 'data' : isThere ? 'no accounts' : 'nothing'
  return { holds, schema, [Symbol.asyncDispose]: schema.release }
}

async function fileHolds(file: string): Promise<HeldPlace['holds']> {
  if (!existsSync(file)) return 'nothing'
  try {
    const source = openSqliteSource(file)
    try {
      const accounts = source.tables.find(({ name }) => name === 'account')
      if (!accounts) return 'no accounts'
      for await (const rows of source.rows(accounts)) if (rows.length > 0) return 'data'
      return 'no accounts'
    } finally {
      await source.close()
    }
  } catch {
    return 'data'
  }
}
