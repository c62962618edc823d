import { setTimeout as pause } from 'node:timers/promises'
import type { FaultCase } from '../fault-case.ts'
import { findFaults, inLanes } from '../ground/faults-found.ts'
import { type Ground, prepareGround } from '../ground/ground.ts'
import { type Sold, wholeCard } from '../ground/shop.ts'

const payments = 60
/** Whoever cancels waits for the gateway's answer at most. */
const slowMilliseconds = 3_000

/** Pays at one node what is cancelled at another one in the same moment. */
export const cancelledWhilePaid: FaultCase = {
  name: 'A session is cancelled at one server while it is paid at another',
  engine: 'PostgreSQL',
  promise: 'It is either paid or cancelled, and never both',
  spansNodes: true,
  async run(t, { nodes }) {
    const ground = await prepareGround(t, nodes)
    const [first, last] = [ground.nodes.nodes[0], ground.nodes.nodes.at(-1)]
    if (!first || !last) throw new Error('There is no server.')
    const { shop } = ground
    const sold: Sold[] = []
    let slow = 0
    await inLanes(Array.from({ length: payments }), 6, async (_, number) => {
      const session = number % 2 === 0 ? await shop.openLink(first) : await shop.openKeypad(first)
      if (!session) return
      sold.push(session)
      if (session.kind === 'keypad') await shop.press(last, session, wholeCard)
      const paying = pause(Math.random() * 40).then(() =>
        session.kind === 'link' ? shop.pay(last, session) : shop.press(last, session, '1'),
      )
      const cancelling = pause(Math.random() * 40).then(() => shop.cancel(first, session))
      const [, { milliseconds }] = await Promise.all([paying, cancelling])
      if (milliseconds > slowMilliseconds) slow += 1
    })
    const found = await findFaults(ground)
    const { paid, cancelled, neither } = await countEnds(ground, sold)
    return {
      done: `${payments} sessions: ${paid} paid, ${cancelled} cancelled`,
      faults: [
        ...(sold.length < payments ? [`${payments - sold.length} sessions could not be opened`] : []),
        ...(slow > 0 ? [`${slow} cancellations were answered after more than 3 s`] : []),
        ...neither.map((guid) => `${guid} is neither`),
        ...found.faults,
      ],
    }
  },
}

async function countEnds({ shop, nodes, gateway }: Ground, sold: readonly Sold[]) {
  const charged = new Set((await gateway.books()).charged.map((key) => key.replace(/-\d+$/, '')))
  const count = { paid: 0, cancelled: 0, neither: [] as string[] }
  for (const session of sold) {
    const [node] = nodes.living()
    const state = node && (await shop.look(node, session))?.sessionState
    const isCharged = charged.has(session.providerSessionGuid)
    if (state === 'Finished' && isCharged) count.paid += 1
    else if (state === 'Cancelled' && !isCharged) count.cancelled += 1
    else count.neither.push(`${session.sessionGuid} (${state}${isCharged ? ', charged' : ''})`)
  }
  return count
}
