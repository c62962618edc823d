import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Guid } from '../../base/guid.ts'
import { testSender } from '../gateways/test-request.ts'
import type { Flow, Launch } from '../model/launch.ts'
import type { OpenSession } from '../model/vault-sessions.ts'
import { flow, press } from '../test-vault.ts'
import type { Vault } from '../vault.ts'
import { type Between, type ChargingFolder, startChargingVault, type Told } from './test-charging-vault.ts'

/**
 * `cancel at the bank`: while the customer's bank asks. `pay, and cancel at another server`: of a second vault on the same
 * database, which is not killed between its steps. `pay, and be told of it`: by the gateway, while it is asked and
 * afterwards.
 */
export type Task =
  | 'pay'
  | 'pay, and be told of it'
  | 'charge a kept card'
  | 'cancel at the bank'
  | 'pay, and cancel at another server'

/** What a process that charges is told. */
export interface ChargeProcess extends ChargingFolder {
  /** The step at which it kills itself, counted from 1. */
  readonly killedAt: number
  /** From which of its requests to the gateway on steps are counted; 0: from its start on. */
  readonly countedFrom: number
  readonly task: Task
  readonly flow: Partial<Flow>
  readonly cards: { readonly paying: string; readonly asked: string }
}

const order = JSON.parse(process.argv[2] ?? '') as ChargeProcess

let requests = 0
let steps = 0

/** A place between two steps, where the process may end as by `kill -9`. */
function mayBeKilled(): void {
  if (requests < order.countedFrom) return
  steps += 1
  if (steps === order.killedAt) process.kill(process.pid, 'SIGKILL')
}

/** A process leaves what it has written, asked and reported: before a write, that is what the step before has left. */
const between: Between =
  (what, step) =>
  async (...parameters) => {
    if (what === 'ask') {
      requests += 1
      mayBeKilled()
    }
    const answer = await step(...parameters)
    mayBeKilled()
    return answer
  }

const { vault, createAnother, asked, take, settled } = await startChargingVault(order, between)

/** It takes a while to open, and time goes by for sessions. */
const other = order.task === 'pay, and cancel at another server' ? await createAnother() : undefined

if (order.task === 'charge a kept card') await chargeKept()
else await pay(order.task, await launch())
await settled()
process.exit(0)

/** Has a card kept, and charges it: the second session is another payment. */
async function chargeKept(): Promise<void> {
  const kept = await launch({ purpose: 'tokenise' })
  press(kept, `${order.cards.paying}#1230#123#`)
  await kept.pay()
  await settled()
  const [, token = ''] = /"token":"([^"]+)"/.exec(readFileSync(order.resultsFile, 'utf8')) ?? []
  const keptCard = { token, initiator: 'customer' } as const
  const charged = await launch({ keptCards: 'customer' }, { keptCard })
  const ended = new Promise<void>((resolve) =>
    charged.subscribe(({ state }) => state === 'ended' && resolve()),
  )
  await vault.named.opened(charged.guid)
  await ended
}

async function launch(changes: Partial<Flow> = {}, more: Partial<Launch> = {}): Promise<OpenSession> {
  const launched = await vault.launch({
    tenant: 7,
    flow: { ...flow, gatewayTimeoutSeconds: 60, ...order.flow, ...changes },
    order: { amountMinor: 1240, currency: 'GBP', reference: 'order-1' },
    initialValues: {},
    entry: 'keypad',
    caller: 'on-call',
    ...more,
  })
  await launched.durable
  return openOf(vault, launched.guid)
}

async function pay(task: Exclude<Task, 'charge a kept card'>, session: OpenSession): Promise<void> {
  if (task === 'cancel at the bank') return cancelAtBank(session)
  press(session, `${order.cards.paying}#1230#123#`)
  if (task === 'pay') return session.pay()
  if (task === 'pay, and be told of it') return payAndBeTold(session)
  if (!other) throw new Error('There is no other server.')
  await other.resume()
  const paying = Promise.allSettled([Promise.try(() => session.pay())])
  // Sometimes the other one is told before the gateway is asked.
  if (order.killedAt % 4 !== 3) await Promise.race([asked, paying])
  await Promise.allSettled([paying, Promise.try(() => openOf(other, session.guid).cancel())])
}

async function cancelAtBank(session: OpenSession): Promise<void> {
  const typed = { pan: order.cards.asked, expiry: '1230', securityCode: '123' }
  const paying = session.submitCard(typed, testSender)
  await new Promise<void>((resolve) =>
    session.subscribe(({ challenged, state }) => (challenged || state === 'ended') && resolve()),
  )
  await Promise.all([session.cancel(), paying])
}

async function payAndBeTold(session: OpenSession): Promise<void> {
  const paid = session.pay()
  await asked
  await take(tell)
  process.send?.('taken')
  await paid
  await take(tell)
}

/** What the gateway has to tell comes from the process that its double is in. */
async function tell(now: number): Promise<readonly Told[]> {
  process.send?.(now)
  const [told] = await once(process, 'message')
  return told
}

function openOf({ find }: Pick<Vault, 'find'>, guid: Guid): OpenSession {
  const session = find(guid)
  if (!session) throw new Error('The session is not open.')
  return session
}
