import { type Kysely, sql } from 'kysely'
import { DEFAULT_MIGRATION_TABLE, type Migration, Migrator } from 'kysely/migration'
import { up as firstPayment } from './migrations/0001-first-payment.ts'
import { up as identity } from './migrations/0002-identity.ts'
import { up as secureCapture } from './migrations/0003-secure-capture.ts'
import { up as money } from './migrations/0004-money.ts'
import { up as gatewayAccounts } from './migrations/0005-gateway-accounts.ts'
import { up as webhooks } from './migrations/0006-webhooks.ts'
import { up as providerServing } from './migrations/0007-provider-serving.ts'
import { up as remoteSessions } from './migrations/0008-remote-sessions.ts'
import { up as sessionList } from './migrations/0009-session-list.ts'
import { up as decidingRows } from './migrations/0010-deciding-rows.ts'
import { up as sandboxLedger } from './migrations/0011-sandbox-ledger.ts'
import { up as launchesUnderWay } from './migrations/0012-launches-under-way.ts'
import { up as rights } from './migrations/0013-rights.ts'
import { up as throttles } from './migrations/0014-throttles.ts'
import { up as callbackReceivers } from './migrations/0015-callback-receivers.ts'
import { up as signingByClient } from './migrations/0018-signing-by-client.ts'
import { up as clientsAndItems } from './migrations/0019-clients-and-items.ts'
import { up as operations } from './migrations/0020-operations.ts'
import { up as gatewayTells } from './migrations/0021-gateway-tells.ts'
import { up as calls } from './migrations/0022-calls.ts'
import { up as sandboxPhone } from './migrations/0023-sandbox-phone.ts'
import { up as nodes } from './migrations/0024-nodes.ts'
import { up as messageOrder } from './migrations/0025-message-order.ts'
import { up as gatewayMemory } from './migrations/0026-gateway-memory.ts'
import { up as owners } from './migrations/0027-owners.ts'
import { up as moneyHeld } from './migrations/0028-money-held.ts'
import { up as sharedLimits } from './migrations/0029-shared-limits.ts'
import { up as whatNodesHold } from './migrations/0030-what-nodes-hold.ts'
import { up as heldLines } from './migrations/0031-held-lines.ts'
import { up as auditLog } from './migrations/0032-audit-log.ts'
import { up as ownRegion } from './migrations/0034-own-region.ts'
import { up as whoHoldsWhat } from './migrations/0035-who-holds-what.ts'
import { up as paymentOperations } from './migrations/0036-payment-operations.ts'
import { up as events } from './migrations/0037-events.ts'
import { NewerDatabase } from './newer-database.ts'
import { isServedBy, schemaVersion } from './schema-version.ts'

const migrations: Record<string, Migration> = {
  '0001-first-payment': { up: firstPayment },
  '0002-identity': { up: identity },
  '0003-secure-capture': { up: secureCapture },
  '0004-money': { up: money },
  '0005-gateway-accounts': { up: gatewayAccounts },
  '0006-webhooks': { up: webhooks },
  '0007-provider-serving': { up: providerServing },
  '0008-remote-sessions': { up: remoteSessions },
  '0009-session-list': { up: sessionList },
  '0010-deciding-rows': { up: decidingRows },
  '0011-sandbox-ledger': { up: sandboxLedger },
  '0012-launches-under-way': { up: launchesUnderWay },
  '0013-rights': { up: rights },
  '0014-throttles': { up: throttles },
  '0015-callback-receivers': { up: callbackReceivers },
  '0018-signing-by-client': { up: signingByClient },
  '0019-clients-and-items': { up: clientsAndItems },
  '0020-operations': { up: operations },
  '0021-gateway-tells': { up: gatewayTells },
  '0022-calls': { up: calls },
  '0023-sandbox-phone': { up: sandboxPhone },
  '0024-nodes': { up: nodes },
  '0025-message-order': { up: messageOrder },
  '0026-gateway-memory': { up: gatewayMemory },
  '0027-owners': { up: owners },
  '0028-money-held': { up: moneyHeld },
  '0029-shared-limits': { up: sharedLimits },
  '0030-what-nodes-hold': { up: whatNodesHold },
  '0031-held-lines': { up: heldLines },
  '0032-audit-log': { up: auditLog },
  '0034-own-region': { up: ownRegion },
  '0035-who-holds-what': { up: whoHoldsWhat },
  '0036-payment-operations': { up: paymentOperations },
  '0037-events': { up: events },
}

/** Whether a database that has had these migrations has the tables of this version. */
export function isUpToDate(names: readonly string[]): boolean {
  const known = Object.keys(migrations)
  return names.length === known.length && known.every((name) => names.includes(name))
}

/**
 * Brings a database to the tables of this version. Each migration runs once, in the order of the names. One that the next
 * version has migrated stays as it is, where that says that this version works with it: servers of both then go on beside
 * one another.
 *
 * @param schema where the tables are, where a database has several schemas.
 * @throws {NewerDatabase}
 */
export async function migrate(db: Kysely<unknown>, schema?: string): Promise<void> {
  const names = await migrationsOf(db, schema)
  const known = Object.keys(migrations)
  if (names.some((name) => !known.includes(name))) {
    if (known.every((name) => names.includes(name)) && (await isServedBy(db, schemaVersion))) return
    throw new NewerDatabase()
  }
  const { error } = await createMigrator(db, schema).migrateToLatest()
  if (error) throw new Error('The database could not be migrated to this version.', { cause: error })
}

/** Whether this version knows the tables of a database that has had these migrations, in this order and no others. */
export const areKnown = (names: readonly string[]): boolean => {
  const known = Object.keys(migrations)
  return names.length > 0 && names.every((name, at) => name === known[at])
}

/**
 * Brings a new database to the tables that these migrations make, which may be those of an older version.
 *
 * @throws {Error} when one of them is of a newer version.
 */
export async function migrateTo(
  db: Kysely<unknown>,
  names: readonly string[],
  schema?: string,
): Promise<void> {
  const last = names.at(-1)
  if (last === undefined || !areKnown(names)) throw new Error('A migration is of another version.')
  const { error } = await createMigrator(db, schema).migrateTo(last)
  if (error) throw new Error('The tables could not be made.', { cause: error })
}

const createMigrator = (db: Kysely<unknown>, schema: string | undefined): Migrator =>
  new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
    ...(schema !== undefined && { migrationTableSchema: schema }),
  })

/** The names of the migrations that a database has had; none for a new one. */
async function migrationsOf(db: Kysely<unknown>, schema: string | undefined): Promise<readonly string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  const isThere = tables.some(
    (table) => table.name === DEFAULT_MIGRATION_TABLE && (schema === undefined || table.schema === schema),
  )
  if (!isThere) return []
  const { rows } = await sql<{ readonly name: string }>`
    select name from ${sql.table(DEFAULT_MIGRATION_TABLE)}`.execute(db)
  return rows.map(({ name }) => name)
}
