import { setTimeout as pause } from 'node:timers/promises'
import { query } from '../../harness/test-postgres.ts'
import type { FaultCase } from '../fault-case.ts'
import { findFaults } from '../ground/faults-found.ts'
import { prepareGround } from '../ground/ground.ts'
import { ownPostgres } from '../ground/own-postgres.ts'
import { sell } from '../ground/sell.ts'
import { inFigures } from '../in-figures.ts'

/** What the next version does to the tables when its first server starts: it only adds. */
const expanded = [
  'ALTER TABLE nam.payment_session ADD COLUMN of_the_next_version text',
  'ALTER TABLE nam.capture_session ADD COLUMN of_the_next_version bigint NOT NULL DEFAULT 0',
  'ALTER TABLE nam.charge_attempt ADD COLUMN of_the_next_version text',
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
    for (const change of expanded) await query(store, change)
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
