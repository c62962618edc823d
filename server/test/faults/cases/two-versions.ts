import { setTimeout as pause } from 'node:timers/promises'
import { query } from '../../harness/test-postgres.ts'
import type { FaultCase } from '../fault-case.ts'
import { findFaults } from '../ground/faults-found.ts'
import { prepareGround } from '../ground/ground.ts'
import { ownPostgres } from '../ground/own-postgres.ts'
import { sell } from '../ground/sell.ts'
import { inFigures } from '../in-figures.ts'

/** What the next version does to the tables when its first server starts: it only adds, here to each of them. */
async function expand(store: string): Promise<void> {
  const { rows } = await query(store, "SELECT tablename FROM pg_tables WHERE schemaname = 'nam'")
  for (const { tablename } of rows)
    await query(store, `ALTER TABLE nam."${tablename}" ADD COLUMN of_the_next_version text`)
  for (const change of declared) await query(store, change)
}

const declared = [
  "INSERT INTO nam.kysely_migration (name, timestamp) VALUES ('9999-of-the-next-version', now()::text)",
  'UPDATE nam.schema_compatibility SET serves_from = version, version = version + 1',
]

/** The tables get the columns of the next version under load; servers of this one go on, and start again beside it. */
export const twoVersions: FaultCase = {
  name: 'Two versions work side by side',
  engine: 'PostgreSQL',
  promise: 'Servers of one version before serve on, and start, on the tables of the next one',
  async run(t, { nodes }) {
    const { store } = await ownPostgres(t)
    const ground = await prepareGround(t, nodes, { store })
    const selling = sell(ground)
    await pause(2_000)
    await expand(store)
    await pause(3_000)
    const node = ground.nodes.nodes.at(-1)
    await node?.stop()
    await node?.start()
    await pause(3_000)
    await selling.stop()
    const found = await findFaults(ground)
    return { done: inFigures(found), faults: found.faults }
  },
}
