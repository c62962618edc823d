import { setTimeout as pause } from 'node:timers/promises'
import type { FaultCase } from '../fault-case.ts'
import { bringBack } from '../ground/bring-back.ts'
import { findFaults, inLanes } from '../ground/faults-found.ts'
import { type Ground, prepareGround } from '../ground/ground.ts'
import { type Sold, wholeCard } from '../ground/shop.ts'
import { inFigures } from '../in-figures.ts'

const frozenMilliseconds = 30_000
const sessions = 20

/**
 * A node is stopped with sessions in its memory: of some the card is whole, of others it is on its way to the gateway. The
 * other nodes cancel what can be cancelled meanwhile. Then it is woken, and its callers press the last key.
 */
export const frozenNode: FaultCase = {
  name: 'A server is stopped for 30 s, and woken',
  engine: 'PostgreSQL',
  promise: 'Others take over its sessions; it charges none of them afterwards, and ends or joins again',
  spansNodes: true,
  async run(t, { nodes }) {
    const ground = await prepareGround(t, nodes)
    const [first] = ground.nodes.nodes
    const other = ground.nodes.nodes.at(-1)
    if (!first || !other) throw new Error('There is no server.')
    const { shop } = ground
    const [typed, paying] = await openBoth(ground)
    await ground.gateway.behave({ milliseconds: [4_000, 8_000], dies: 0 })
    const charging = paying.map((sold) => shop.press(first, sold, '1'))
    await pause(500)
    first.freeze()
    await pause(frozenMilliseconds / 2)
    if (other !== first) await inLanes(typed, 8, (sold) => shop.cancel(other, sold))
    await pause(frozenMilliseconds / 2)
    first.wake()
    await Promise.all(typed.map((sold) => shop.press(first, sold, '1')))
    await Promise.allSettled(charging)
    await ground.gateway.behave({ milliseconds: [10, 60], dies: 0 })
    const wasCancelled = typed.filter(({ cancelled }) => cancelled).length
    await pause(3_000)
    await bringBack(ground)
    const found = await findFaults(ground)
    const missing = other === first ? 0 : typed.length - wasCancelled
    return {
      done: `${inFigures(found)}`,
      faults: [
        ...(missing > 0 ? [`${missing} sessions could not be cancelled while their server was stopped`] : []),
        ...found.faults,
      ],
    }
  },
}

/** Sessions whose card was typed, but for the last key. */
async function openBoth({ shop, nodes }: Ground): Promise<readonly [Sold[], Sold[]]> {
  const [first] = nodes.nodes
  const opened: Sold[] = []
  await inLanes(Array.from({ length: 2 * sessions }), 8, async () => {
    const sold = first && (await shop.openKeypad(first))
    if (!first || !sold) return
    await shop.press(first, sold, wholeCard)
    opened.push(sold)
  })
  return [opened.slice(0, sessions), opened.slice(sessions)]
}
