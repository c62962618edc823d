import type { Store } from '../../../src/store/store.ts'
import { eventually } from '../../harness/test-eventually.ts'
import type { FaultCase } from '../fault-case.ts'
import { placeOf } from '../fault-case.ts'
import { findFaults, inLanes } from '../ground/faults-found.ts'
import { type Ground, prepareGround } from '../ground/ground.ts'
import { openBeside } from '../ground/prepare-account.ts'

const minute = 60_000
const payments = 30

/**
 * A webhook takes nothing for twelve hours less a few minutes, and then takes everything. The hours pass in the rows of its
 * messages: all of their times are moved back by them.
 */
export const receiverDeadForHours = (engine: FaultCase['engine']): FaultCase => ({
  name: 'A webhook’s receiver is dead for 12 h',
  engine,
  promise:
    'Every result is delivered when it is back within 12 h of the session’s end; after that it is marked as given up',
  async run(t, { nodes }) {
    const ground = await prepareGround(t, nodes, placeOf(engine))
    const store = await openBeside(ground.nodes.environment)
    t.after(() => store.close())
    ground.receiver.answerWith(503)
    await payAll(ground, store)
    for (let passed = 0; passed < 11.5 * 60; passed += 115) {
      await letPass(store, 115 * minute)
      const before = ground.receiver.turnedAway()
      await eventually(() => ground.receiver.turnedAway() >= before + payments)
    }
    ground.receiver.answerWith(200)
    await letPass(store, 15 * minute)
    await eventually(() => ground.receiver.told.length >= payments)
    const found = await findFaults(ground)
    ground.receiver.answerWith(503)
    await payAll(ground, store)
    await letPass(store, 12 * 60 * minute)
    const givenUp = await eventually(async () => {
      const count = await countGivenUp(store)
      return count >= payments && count
    })
    return {
      done: `${payments} results turned away ${ground.receiver.turnedAway()} times in 11 h 45 min, then delivered; ${givenUp} given up after 12 h`,
      faults: found.faults,
    }
  },
})

/** Resolves when each result waits for the receiver. */
async function payAll({ shop, nodes }: Ground, store: Store): Promise<void> {
  await inLanes(Array.from({ length: payments }), 4, async (_, number) => {
    const node = nodes.nodes[number % nodes.nodes.length]
    const sold = node && (await shop.openLink(node))
    if (node && sold) await shop.pay(node, sold)
  })
  const waiting = store.prepare((db, _: object) =>
    db.selectFrom('webhook_delivery').select('id').where('state', '=', 'waiting'),
  )
  await eventually(async () => (await waiting.all(store.reader, {})).length >= payments)
}

/** What waits is due at once, and ages by so much. */
async function letPass(store: Store, milliseconds: number): Promise<void> {
  const age = store.prepare((db, p: { readonly milliseconds: number }) =>
    db
      .updateTable('webhook_delivery')
      .set((is) => ({
        due_at: is('due_at', '-', p.milliseconds),
        kept_until: is('kept_until', '-', p.milliseconds),
      }))
      .where('state', '=', 'waiting')
      .where('due_at', 'is not', null),
  )
  await store.write((tx) => age.run(tx, { milliseconds }))
}

async function countGivenUp(store: Store): Promise<number> {
  const rows = await store
    .prepare((db, _: object) =>
      db.selectFrom('webhook_delivery').select('id').where('state', '=', 'given-up'),
    )
    .all(store.reader, {})
  return rows.length
}
