import { setTimeout as pause } from 'node:timers/promises'
import { startTcpProxy } from '../../harness/test-tcp-proxy.ts'
import type { FaultCase } from '../fault-case.ts'
import { bringBack, untilServed } from '../ground/bring-back.ts'
import { findFaults } from '../ground/faults-found.ts'
import { prepareGround } from '../ground/ground.ts'
import { ownPostgres } from '../ground/own-postgres.ts'
import { sell } from '../ground/sell.ts'
import { grouped, inFigures } from '../in-figures.ts'

const cuts = 20
const lateMilliseconds = 500
/** Longer than a request may take. */
const deafMilliseconds = 40_000

/** The last node's connections to the database are cut, delayed and swallowed, under load. */
export const connectionsCut: FaultCase = {
  name: 'Connections to PostgreSQL are cut, delayed and swallowed',
  engine: 'PostgreSQL',
  promise:
    'Each request is answered within 30 s; a server that cannot be heard charges nothing that others have taken over',
  async run(t, { nodes }) {
    const { postgres, store } = await ownPostgres(t)
    const proxy = await startTcpProxy(t, postgres.port)
    const through = store.replace(`:${postgres.port}/`, `:${proxy.port}/`)
    const ground = await prepareGround(t, nodes, {
      store,
      environmentOf: (place): Readonly<Record<string, string>> =>
        place === nodes - 1 ? { TONEGATE_STORE: through } : {},
    })
    const selling = sell(ground)
    for (let cut = 0; cut < cuts; cut += 1) {
      await pause(Math.random() * 500)
      proxy.cut()
    }
    proxy.delay(lateMilliseconds)
    await pause(10_000)
    proxy.heal()
    await pause(2_000)
    proxy.swallow()
    await pause(deafMilliseconds)
    proxy.heal()
    await pause(2_000)
    await bringBack(ground)
    const served = await untilServed(ground)
    await selling.stop()
    const unanswered = ground.shop.timedOut()
    const found = await findFaults(ground)
    return {
      done: `${cuts} cuts, 10 s with ${lateMilliseconds} ms more, ${deafMilliseconds / 1000} s without a byte, ${inFigures(found)}; served again within ${grouped(served)} ms`,
      faults: [
        ...(unanswered > 0 ? [`${unanswered} requests had no answer within 30 s`] : []),
        ...found.faults,
      ],
    }
  },
}
