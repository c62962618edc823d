import { setTimeout as pause } from 'node:timers/promises'
import type { FaultCase } from '../fault-case.ts'
import { bringBack, untilServed } from '../ground/bring-back.ts'
import { findFaults } from '../ground/faults-found.ts'
import { prepareGround } from '../ground/ground.ts'
import { ownPostgres } from '../ground/own-postgres.ts'
import { sell } from '../ground/sell.ts'
import { grouped, inFigures } from '../in-figures.ts'

const awayMilliseconds = [300, 2_000, 12_000, 300, 2_000, 300]

/** Kills the database, and every second time ends it as an operator does, under load; it comes back after a while. */
export const postgresKilled: FaultCase = {
  name: 'PostgreSQL is killed, and restarted',
  engine: 'PostgreSQL',
  promise: 'Requests are answered with 503 meanwhile; what was answered before is there',
  async run(t, { nodes }) {
    const { postgres, store } = await ownPostgres(t)
    const ground = await prepareGround(t, nodes, { store })
    const selling = sell(ground)
    const served: number[] = []
    for (const [time, away] of awayMilliseconds.entries()) {
      await pause(1_500)
      await (time % 2 === 0 ? postgres.kill() : postgres.end())
      await pause(away)
      await postgres.start()
      served.push(await untilServed(ground))
    }
    await selling.stop()
    const ended = await bringBack(ground)
    const found = await findFaults(ground)
    return {
      done: `${awayMilliseconds.length} times away, for up to ${Math.max(...awayMilliseconds) / 1000} s, ${inFigures(found)}; served again within ${grouped(Math.max(...served))} ms`,
      faults: [...(ended > 0 ? [`${ended} servers have ended`] : []), ...found.faults],
    }
  },
}
