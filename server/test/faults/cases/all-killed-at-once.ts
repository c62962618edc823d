import { setTimeout as pause } from 'node:timers/promises'
import type { FaultCase } from '../fault-case.ts'
import { findFaults } from '../ground/faults-found.ts'
import { prepareGround } from '../ground/ground.ts'
import { sell, soldMore } from '../ground/sell.ts'
import { inFigures } from '../in-figures.ts'

/** Kills all servers in the same moment, and starts them again. */
export const allKilledAtOnce: FaultCase = {
  name: 'All servers are killed at once',
  engine: 'PostgreSQL',
  promise: 'Everything continues where it was as soon as one of them is back',
  async run(t, { nodes, kills: planned }) {
    const kills = Math.ceil(planned / 10)
    const ground = await prepareGround(t, nodes)
    for (let kill = 0; kill < kills; kill += 1) {
      const selling = sell(ground)
      await soldMore(ground, 12)
      await pause(Math.random() * 500)
      await Promise.all(ground.nodes.nodes.map((node) => node.kill()))
      await selling.stop()
      await Promise.all(ground.nodes.nodes.map((node) => node.start()))
    }
    const found = await findFaults(ground)
    return { done: inFigures({ kills, ...found }), faults: found.faults }
  },
}
