import { appendFileSync } from 'node:fs'
import { createMovableClock } from '../base/clock.ts'
import { createGuids, type Guid } from '../base/guid.ts'
import { createLog } from '../base/log.ts'
import { createOutgoing, type Outgoing } from '../base/outgoing.ts'
import { systemRandom } from '../base/random.ts'
import { signWebhook } from '../base/standard-webhooks.ts'
import { openSqlite } from '../store/sqlite.ts'
import type { Store } from '../store/store.ts'
import type { CaptureResult } from './capture-result.ts'
import type { LiveCapture } from './capture-sessions.ts'
import { sharedGateways } from './gateway.ts'
import { connector } from './gateways/connector/connector.ts'
import { connectorCards, connectorSecret } from './gateways/connector/test-connector.ts'
import type { Flow, Launch } from './launch.ts'
import { flow, press, region, testSealer, wholeCard, wideLimits } from './test-vault.ts'
import { createVault, type Vault } from './vault.ts'

/**
 * `cancel at the bank`: while the customer's bank asks. `pay, and cancel at another server`: of a second vault on the same
 * database, which is not killed between its steps. `pay, and be told of it`: by the gateway, before and after its answer.
 */
export type Task =
  | 'pay'
  | 'pay, and be told of it'
  | 'charge a kept card'
  | 'cancel at the bank'
  | 'pay, and cancel at another server'
  | 'go on'

/** What a process that charges is told. */
export interface ChargeProcess {
  readonly file: string
  /** The merchant's endpoint. */
  readonly gatewayUrl: string
  /** Where the results are written that it hands upwards, a line each. */
  readonly resultsFile: string
  /** The step before which it kills itself; 0: never. */
  readonly killedAt: number
  readonly task: Task
  readonly flow: Partial<Flow>
  /** What goes wrong with the gateway's first answer. */
  readonly firstAnswer?: 'closes' | 'never'
}

const order = JSON.parse(process.argv[2] ?? '') as ChargeProcess

/** Requests to the gateway that are under way. */
let asked = 0

/** Ten seconds pass each millisecond, and none while an answer is waited for that will come: however busy the machine is. */
const clock = createMovableClock(Date.now())
const pass = async (): Promise<void> => {
  if (asked === 0) await clock.leap(10_000)
  setTimeout(pass, 1)
}
void pass()

let steps = 0

/** A place between two steps, where the process may end as by `kill -9`. */
function mayBeKilled(): void {
  steps += 1
  if (steps === order.killedAt) process.kill(process.pid, 'SIGKILL')
}

function between<Parameters extends readonly unknown[], Answer>(
  step: (...parameters: Parameters) => Promise<Answer>,
): (...parameters: Parameters) => Promise<Answer> {
  return async (...parameters) => {
    mayBeKilled()
    const answer = await step(...parameters)
    mayBeKilled()
    return answer
  }
}

const opened = await openSqlite(order.file)
const store: Store = { ...opened, write: (operation) => between(() => opened.write(operation))() }
const outgoing = createOutgoing({ clock, privateAddresses: 'allowed' })
let requests = 0
const send: Outgoing = between(async (request) => {
  requests += 1
  const isAnswered = requests > 1 || order.firstAnswer !== 'never'
  if (isAnswered) asked += 1
  try {
    return await outgoing.send(request)
  } finally {
    if (isAnswered) asked -= 1
  }
})
const log = createLog('silent')
const endpoint = { url: order.gatewayUrl, secrets: [connectorSecret] }
const gateway = connector.create({ settings: endpoint as never, send, sendInside: send, clock })
const vaultParts = {
  ...{ clock, log, region, linkSenders: {}, messageLimits: wideLimits },
  random: systemRandom,
  newGuid: createGuids({ clock, random: systemRandom }),
  sealer: testSealer,
  gateways: sharedGateways({ test: gateway }),
  onProgress: () => {},
  onResult: between(async (result: CaptureResult) =>
    appendFileSync(order.resultsFile, `${JSON.stringify(result)}\n`),
  ),
}
const vault = createVault({ ...vaultParts, store })
const unsettled = opened.prepare((db, _: object) =>
  db
    .selectFrom('capture_session')
    .leftJoin('charge_attempt', 'charge_attempt.capture_guid', 'capture_session.guid')
    .leftJoin('charge_follow_up', 'charge_follow_up.attempt_key', 'charge_attempt.idempotency_key')
    .select('capture_session.guid')
    .where((is) =>
      is.or([
        is('capture_session.result', 'is not', null),
        is.and([
          is('charge_attempt.idempotency_key', 'is not', null),
          is('charge_attempt.answered_at', 'is', null),
        ]),
        is.and([
          is('charge_follow_up.idempotency_key', 'is not', null),
          is('charge_follow_up.answered_at', 'is', null),
        ]),
      ]),
    ),
)

if (order.task === 'go on') await vault.resume()
else if (order.task === 'charge a kept card') await chargeKept()
else await pay(order.task, await launch())
for (;;) {
  const rows = await unsettled.all(opened.reader, {})
  if (rows.length === 0) break
  await new Promise((resolve) => setTimeout(resolve, 5))
}
process.stdout.write(String(steps))
process.exit(0)

/** Has a card kept, and charges it: the second session is another payment. */
async function chargeKept(): Promise<void> {
  const kept = await launch({ purpose: 'tokenise' })
  press(kept, wholeCard)
  await kept.pay()
  const keptCard = { token: 'card-1', initiator: 'customer' } as const
  const { guid } = await launch({ keptCards: 'customer' }, { keptCard })
  await vault.named.opened(guid)
}

/** The endpoint tells of a payment, signed, and once more. */
async function tell(guid: Guid): Promise<void> {
  const message = { version: 1, about: 'payment', idempotencyKey: `${guid}-1`, gatewayCode: 'told' }
  const body = Buffer.from(JSON.stringify(message))
  const sentAt = clock.now()
  const headers = { ...signWebhook({ id: 'told', sentAt, body, secrets: [connectorSecret] }) }
  for (let times = 0; times < 2; times += 1) {
    await vault.notifications.take({ tenant: 7, name: 'test' }, { headers, body })
  }
}

async function launch(changes: Partial<Flow> = {}, more: Partial<Launch> = {}): Promise<LiveCapture> {
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

async function pay(task: Exclude<Task, 'go on' | 'charge a kept card'>, capture: LiveCapture): Promise<void> {
  if (task === 'cancel at the bank') {
    const paying = capture.submitCard({
      pan: connectorCards.asksTheBank,
      expiry: '1230',
      securityCode: '123',
    })
    await new Promise<void>((resolve) =>
      capture.subscribe(({ challenged, state }) => (challenged || state === 'ended') && resolve()),
    )
    await Promise.all([capture.cancel(), paying])
    return
  }
  press(capture, wholeCard)
  if (task === 'pay') return capture.pay()
  if (task === 'pay, and be told of it') {
    const paid = capture.pay()
    await Promise.all([paid, tell(capture.guid)])
    return tell(capture.guid)
  }
  const other = createVault({ ...vaultParts, store: await openSqlite(order.file) })
  await other.resume()
  const paying = capture.pay()
  for (let turn = 0; turn < order.killedAt % 4; turn += 1)
    await new Promise((resolve) => setImmediate(resolve))
  await Promise.allSettled([paying, openOf(other, capture.guid).cancel()])
}

function openOf({ find }: Pick<Vault, 'find'>, guid: Guid): LiveCapture {
  const capture = find(guid)
  if (!capture) throw new Error('The session is not open.')
  return capture
}
