import { setTimeout as pause } from 'node:timers/promises'
import type { FaultCase } from '../fault-case.ts'
import { findFaults } from '../ground/faults-found.ts'
import { prepareGround } from '../ground/ground.ts'
import { sell, soldMore } from '../ground/sell.ts'
import { inFigures } from '../in-figures.ts'

const hour = 3_600_000
const sellingMilliseconds = 8_000

/** The clock of the last node is an hour ahead, and then an hour behind. */
export const wrongClock: FaultCase = {
  name: 'The clock of one server is an hour off',
  engine: 'PostgreSQL',
  promise: 'Tokens are good at every server, and nothing expires or is sent early, late or twice',
  async run(t, { nodes }) {
    const ground = await prepareGround(t, nodes)
    for (const off of [hour, -hour]) {
      const node = ground.nodes.nodes.at(-1)
      await node?.stop()
      await node?.start({ TEST_CLOCK_OFF: String(off) })
      const selling = sell(ground)
      await soldMore(ground)
      await pause(sellingMilliseconds)
      await selling.stop()
    }
    const found = await findFaults(ground)
    const { told } = ground.receiver
    const repeated = told.length - new Set(told.map(({ id }) => id)).size
    return {
      done: `${inFigures(found)}, ${told.length} messages`,
      faults: [...(repeated > 0 ? [`${repeated} messages came twice`] : []), ...found.faults],
    }
  },
}
