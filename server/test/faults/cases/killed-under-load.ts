import { setTimeout as pause } from 'node:timers/promises'
import type { FaultCase } from '../fault-case.ts'
import { placeOf } from '../fault-case.ts'
import { findFaults } from '../ground/faults-found.ts'
import { type Ground, prepareGround } from '../ground/ground.ts'
import { sell, soldMore } from '../ground/sell.ts'
import { inFigures } from '../in-figures.ts'

const promise =
  'Whatever was answered is there, nobody is charged twice, and the sessions of the killed one continue'

/** Kills one server after the other under load, as many times as the plan says; each is started again. */
export const killedUnderLoad = (engine: FaultCase['engine']): FaultCase => ({
  name: 'A server is killed, again and again',
  engine,
  promise,
  async run(t, { nodes, kills: planned, say }) {
    const kills = engine === 'SQLite' ? Math.ceil(planned / 4) : planned
    const ground = await prepareGround(t, nodes, placeOf(engine))
    const selling = sell(ground)
    for (let kill = 0; kill < kills; kill += 1) {
      await soldMore(ground)
      await pause(Math.random() * 600)
      await killOne(ground, kill)
      if (kill % 20 === 19) say(`${kill + 1} of ${kills} kills, ${ground.shop.sold.length} sessions`)
    }
    await selling.stop()
    const found = await findFaults(ground)
    return { done: inFigures({ kills, ...found }), faults: found.faults }
  },
})

async function killOne({ nodes }: Ground, kill: number): Promise<void> {
  const node = nodes.nodes[kill % nodes.nodes.length]
  await node?.kill()
  await node?.start()
}
