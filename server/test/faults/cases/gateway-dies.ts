import { setTimeout as pause } from 'node:timers/promises'
import { eventually } from '../../harness/test-eventually.ts'
import type { FaultCase } from '../fault-case.ts'
import { placeOf } from '../fault-case.ts'
import { findFaults } from '../ground/faults-found.ts'
import { prepareGround } from '../ground/ground.ts'
import { inFigures } from '../in-figures.ts'

const deaths = 8

/** The gateway charges a card and is killed before it answers; when it is back, it is asked what it did. */
export const gatewayDies = (engine: FaultCase['engine']): FaultCase => ({
  name: 'A gateway charges and dies',
  engine,
  promise: 'The outcome is unknown until the gateway is back, and then known; the card is not sent again',
  async run(t, { nodes }) {
    const ground = await prepareGround(t, nodes, placeOf(engine))
    const { shop, gateway } = ground
    for (let death = 0; death < deaths; death += 1) {
      const node = ground.nodes.nodes[death % ground.nodes.nodes.length]
      const sold = node && (await shop.openLink(node))
      if (!sold) continue
      await gateway.behave({ milliseconds: [10, 60], dies: 1 })
      const paying = shop.pay(node, sold)
      await eventually(() => !gateway.isRunning())
      await pause(200)
      await gateway.start()
      await paying
    }
    const found = await findFaults(ground)
    const [node] = ground.nodes.living()
    const outcomes = await Promise.all(shop.sold.map(async (sold) => node && shop.look(node, sold)))
    const known = outcomes.map((session) => session?.paymentResultData?.paymentOutcome)
    return {
      done: `${deaths} deaths, ${inFigures(found)}`,
      faults: [
        ...(found.charged < deaths ? [`${deaths - found.charged} charges were not made`] : []),
        ...known.flatMap((each) => (each === 'approved' ? [] : [`a charged session is ${each}`])),
        ...found.faults,
      ],
    }
  },
})
