import { setTimeout as pause } from 'node:timers/promises'
import type { FaultCase } from '../fault-case.ts'
import { bringBack } from '../ground/bring-back.ts'
import { findFaults, inLanes } from '../ground/faults-found.ts'
import { type Ground, prepareGround } from '../ground/ground.ts'
import { card, type Sold } from '../ground/shop.ts'
import { inFigures } from '../in-figures.ts'

const sessions = 20
/** Eight seconds without a beat, which comes every two, and five to take over. */
const maxMilliseconds = 8_000 + 2_000 + 5_000

/**
 * A node is killed, and nobody starts it. Its callers had keyed in the number and the date: they go on with the security code,
 * at another node, and pay.
 */
export const takenOver: FaultCase = {
  name: 'A server is killed and stays away',
  engine: 'PostgreSQL',
  promise: 'Within 15 s others have its sessions: their callers continue where they were, and pay',
  spansNodes: true,
  async run(t, { nodes }) {
    const ground = await prepareGround(t, nodes)
    const [first] = ground.nodes.nodes
    const other = ground.nodes.nodes.at(-1)
    if (!first || !other || first === other) throw new Error('There is no other server.')
    const { shop } = ground
    const opened: Sold[] = []
    await inLanes(Array.from({ length: sessions }), 8, async () => {
      const sold = await shop.openKeypad(first)
      if (!sold) return
      await shop.press(first, sold, `${card.number}#1239#`)
      opened.push(sold)
    })
    // A field that is complete is written down at once, and not before its last key is answered.
    await pause(1_000)
    const killedAt = performance.now()
    await first.kill()
    const took = await Promise.all(opened.map((sold) => payAt(ground, sold, killedAt)))
    const paid = await Promise.all(opened.map((sold) => untilPaid(ground, sold)))
    await bringBack(ground)
    const found = await findFaults(ground)
    const longest = Math.max(...took)
    return {
      done: `the last of ${opened.length} calls continued after ${(longest / 1_000).toFixed(1)} s; ${inFigures(found)}`,
      faults: [
        ...(longest > maxMilliseconds ? [`a session was taken over after ${Math.round(longest)} ms`] : []),
        ...paid.flatMap((state) => (state === 'Finished' ? [] : [`a call that continued is ${state}`])),
        ...found.faults,
      ],
    }
  },
}

/** Presses the rest until it is taken. @returns milliseconds since the node was killed. */
async function payAt({ shop, nodes }: Ground, sold: Sold, since: number): Promise<number> {
  const other = nodes.nodes.at(-1)
  for (;;) {
    const answer = other && (await shop.press(other, sold, `${card.securityCode}#1`))
    const passed = performance.now() - since
    if (answer?.status === 200 || passed > 60_000) return passed
    await pause(100)
  }
}

async function untilPaid({ shop, nodes }: Ground, sold: Sold): Promise<string | undefined> {
  const other = nodes.nodes.at(-1)
  let state: string | undefined
  for (let tries = 0; tries < 200 && state !== 'Finished'; tries += 1) {
    state = other && (await shop.look(other, sold))?.sessionState
    await pause(50)
  }
  return state
}
