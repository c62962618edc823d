import { setTimeout as pause } from 'node:timers/promises'
import { startStandby } from '../../harness/test-postgres.ts'
import type { FaultCase } from '../fault-case.ts'
import { bringBack, untilServed } from '../ground/bring-back.ts'
import { findFaults } from '../ground/faults-found.ts'
import { prepareGround } from '../ground/ground.ts'
import { ownPostgres } from '../ground/own-postgres.ts'
import { sell } from '../ground/sell.ts'
import { grouped, inFigures } from '../in-figures.ts'

/** The database is killed under load, and a standby that has all of it takes its place. */
export const standbyTakesOver: FaultCase = {
  name: 'PostgreSQL fails over to a standby',
  engine: 'PostgreSQL',
  promise: 'Nothing is lost, where the standby is a synchronous one; servers find it by themselves',
  async run(t, { nodes }) {
    const { postgres, database } = await ownPostgres(t)
    const standby = await startStandby(postgres)
    t.after(() => standby.stop())
    const hosts = `127.0.0.1:${postgres.port},127.0.0.1:${standby.port}`
    const store = `${postgres.url.replace(/127\.0\.0\.1:\d+$/, hosts)}/${database}`
    const ground = await prepareGround(t, nodes, { store })
    const selling = sell(ground)
    await pause(5_000)
    await postgres.kill()
    await pause(1_000)
    await standby.promote()
    const served = await untilServed(ground)
    await pause(5_000)
    await selling.stop()
    const ended = await bringBack(ground)
    const found = await findFaults(ground)
    return {
      done: `${inFigures(found)}; served again ${grouped(served)} ms after the standby was promoted`,
      faults: [...(ended > 0 ? [`${ended} servers have ended`] : []), ...found.faults],
    }
  },
}
