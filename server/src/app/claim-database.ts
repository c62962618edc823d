import { hostname } from 'node:os'
import { sql } from 'kysely'
import type { Stop } from '../base/clock.ts'
import { NotReady } from '../http/not-ready.ts'
import type { StoreParts } from '../store/parts.ts'
import type { Store } from '../store/store.ts'

/** A region's database on a server that others reach too, which this process alone serves. */
export interface ClaimedDatabase {
  /** Resolves when another process serves it: this one was not heard of for too long. */
  readonly lost: Promise<void>
  /** @throws {NotReady} once it is lost. */
  requireClaimed(): void
  release(): Promise<void>
}

/** Another server has the database; the message is for the operator. */
export class DatabaseTaken extends Error {
  constructor(
    schema: string,
    { place, started_at }: { readonly place: string; readonly started_at: number },
  ) {
    const since = new Date(started_at).toISOString()
    super(
      `Another Tonegate server works on the schema ${schema} of the PostgreSQL database: ${place}, started at ${since}. ` +
        'Only one server can use it: stop the other one first. One that was killed is forgotten after eight seconds.',
    )
    this.name = 'DatabaseTaken'
  }
}

const beatMilliseconds = 2_000
/** By the clock of the database, which is the same for all. */
const deadMilliseconds = 8_000

/** Milliseconds since the epoch, by the clock of the database. */
const now = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`

/**
 * Takes a region's database for this process, and says every two seconds that it is there.
 *
 * @throws {DatabaseTaken} while another one says so.
 */
export async function claimDatabase(
  { store, clock, newGuid, log }: Pick<StoreParts, 'store' | 'clock' | 'newGuid' | 'log'>,
  schema: string,
): Promise<ClaimedDatabase> {
  const rows = prepareRows(store)
  const own = { id: newGuid(), place: `process ${process.pid} on ${hostname()}` }
  const claimed = await store.write(async (tx) => (await rows.claim.run(tx, own)) === 1)
  if (!claimed) {
    const holder = await rows.holder.first(store.reader, {})
    throw new DatabaseTaken(schema, holder ?? { place: 'one that is starting', started_at: clock.now() })
  }

  const { promise: lost, resolve: lose } = Promise.withResolvers<void>()
  let isLost = false
  async function beat(): Promise<void> {
    try {
      if ((await store.write((tx) => rows.beat.run(tx, own))) === 1) return
      isLost = true
      stop()
      log.fatal({ schema }, 'another server works on the database: this one was not heard of for too long')
      lose()
    } catch (error) {
      log.warn({ err: error, schema }, 'the database could not be told that this server is there')
    }
  }
  const stop: Stop = clock.every(beatMilliseconds, () => void beat())

  return {
    lost,
    requireClaimed() {
      if (isLost) throw new NotReady(`another server works on the database of ${schema}`)
    },
    async release() {
      stop()
      await store.write((tx) => rows.release.run(tx, own)).catch(() => {})
    },
  }
}

function prepareRows(store: Store) {
  interface Own {
    readonly id: string
    readonly place: string
  }
  return {
    /** @returns 0 while another process says that it is there. */
    claim: store.prepare((db, p: Own) =>
      db
        .insertInto('node')
        .values({ name: 'server', id: p.id, place: p.place, started_at: now, beat_at: now })
        .onConflict((conflict) =>
          conflict
            .column('name')
            .doUpdateSet({ id: p.id, place: p.place, started_at: now, beat_at: now })
            .where('node.beat_at', '<', sql<number>`${now} - ${sql.lit(deadMilliseconds)}`),
        ),
    ),
    holder: store.prepare((db, _: object) => db.selectFrom('node').select(['place', 'started_at'])),
    /** @returns 0 once another process has taken it. */
    beat: store.prepare((db, p: Own) => db.updateTable('node').set({ beat_at: now }).where('id', '=', p.id)),
    release: store.prepare((db, p: Own) => db.deleteFrom('node').where('id', '=', p.id)),
  }
}
