import { sql } from 'kysely'
import { readPostgresUrl } from '../base/postgres-url.ts'
import { createGroupCommit } from './commit/group-commit.ts'
import { newNodeId } from './nodes/node-id.ts'
import { connect } from './postgres/connect.ts'
import { keepConnection } from './postgres/kept-connection.ts'
import { migrateSchema } from './postgres/migrate-schema.ts'
import { postgresCompiler } from './postgres/postgres-compiler.ts'
import { asPostgresFailure } from './postgres/postgres-faults.ts'
import { createPostgresReader } from './postgres/postgres-reader.ts'
import { PostgresWriter } from './postgres/postgres-writer.ts'
import { prepareStatement } from './prepare.ts'
import type { Store } from './store.ts'
import type { StoreMeter } from './store-meter.ts'
import type { WatchStore } from './watch-store.ts'
import { defaultLockPatience } from './when-unlocked.ts'

/** Longer than a server that can be reached takes for anything. */
const defaultSilence = 10_000

/** Statements are sent without waiting for one another, so that few connections are enough. */
const readers = 3

/**
 * Opens a region's schema of a database that several processes work on, made and migrated when it has to be.
 *
 * @param url `postgres://…`, see {@link readPostgresUrl}.
 * @param watch hears whether what was to be written is on disk, and of what could not be read.
 * @param patience milliseconds that a lost connection is waited for.
 * @param meter counts what is written.
 * @param silence milliseconds that an answer is waited for, before its connection is taken for lost.
 * @throws {StoreUnavailable} when no server can be reached and written.
 * @throws {NewerDatabase} when a newer version has migrated the schema.
 */
export async function openPostgres(
  { url, schema }: { readonly url: string; readonly schema: string },
  watch: WatchStore = () => {},
  patience = defaultLockPatience,
  meter?: StoreMeter,
  silence = defaultSilence,
): Promise<Store> {
  const place = readPostgresUrl(url)
  const keep = () => keepConnection(() => connect(place, schema, silence), patience)
  const connections = Array.from({ length: 1 + readers }, keep)
  const [writing, ...reading] = connections as [ReturnType<typeof keep>, ...ReturnType<typeof keep>[]]
  const close = () => Promise.all(connections.map((each) => each.close()))
  try {
    await migrateSchema(place, schema, patience)
    await writing.client()
  } catch (error) {
    await close()
    throw asPostgresFailure(error)
  }
  const groups = createGroupCommit(new PostgresWriter(writing), watch, meter)
  const prepare: Store['prepare'] = (build) => prepareStatement(postgresCompiler, build)
  const transactionId = prepare((db, _: object) => ({
    compile: () => sql`select pg_current_xact_id()`.compile(db),
  }))
  return {
    nodeId: newNodeId(),
    isShared: true,
    reader: createPostgresReader(reading, watch),
    prepare,
    prepareJoined: (build) => prepareStatement(postgresCompiler, build, 'joined'),
    write: groups.write,
    /** What has a number of its own is written down when it is committed; a row would be rewritten by every node. */
    requireWritable: () => groups.write(async (tx) => void (await transactionId.run(tx, {}))),
    connections() {
      const open = connections.filter((each) => each.isOpen()).length
      return { open, lost: connections.length - open }
    },
    /** Not promised here: what is deleted lies in the log and on standbys. All that is secret is sealed. */
    scrub: async () => {},
    async close() {
      await groups.idle()
      await close()
    },
  }
}
