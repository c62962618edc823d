import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Outcome, SessionResult } from '@tonegate/protocol/outcome'
import fc from 'fast-check'
import {
  type AuthorisationRequest,
  type FollowUp,
  type FollowUpAnswer,
  type Gateway,
  type GatewayAnswer,
  type GatewayChallenge,
  type Notification,
  NotSent,
} from '../model/gateway.ts'
import type { Flow, Purpose } from '../model/launch.ts'
import type { CrashPoint } from '../test-mortal.ts'
import { press, settle, startVault, visa, wholeCard } from '../test-vault.ts'

/** What a gateway does with a payment when it comes to it. */
type Verdict = 'approved' | 'review' | 'declined' | 'error' | 'other-amount' | 'a part'

/** A payment in the gateway's ledger. */
interface Entry {
  readonly request: AuthorisationRequest
  resolve: (answer: GatewayAnswer | GatewayChallenge) => void
  reject: (error: Error) => void
  /** The customer is asked by the bank: nothing is decided until that is over. */
  atBank: boolean
  answer: GatewayAnswer | undefined
  money: 'none' | 'held' | 'taken' | 'let go' | 'given back' | 'not taken'
}

/**
 * A gateway with a ledger, which outlives the vault's process. It decides about a payment, and answers, when it is
 * told to; what it has decided it knows when it is asked.
 */
function createLedgerGateway({ asksBank }: { readonly asksBank: boolean }) {
  const ledger = new Map<string, Entry>()
  const followUps = new Map<string, FollowUpAnswer>()
  const state = {
    asked: 0,
    knows: true,
    failingFollowUps: 0,
    refusesVoids: false,
    /** What becomes of a payment that is given up at the bank, and whether that is answered. */
    abandoned: 'declined' as Verdict,
    answersAbandoned: true,
  }

  async function followUp(order: FollowUp, act: (entry: Entry) => boolean): Promise<FollowUpAnswer> {
    if (state.failingFollowUps > 0) {
      state.failingFollowUps -= 1
      if (state.failingFollowUps % 2 === 1) doOnce(order, act)
      throw new Error('The connection was lost.')
    }
    return doOnce(order, act)
  }

  function doOnce(order: FollowUp, act: (entry: Entry) => boolean): FollowUpAnswer {
    const entry = ledger.get(order.paymentKey)
    const answer =
      followUps.get(order.idempotencyKey) ??
      (entry && act(entry)
        ? ({ status: 'done' } as const)
        : ({ status: 'refused', gatewayCode: '57' } as const))
    followUps.set(order.idempotencyKey, answer)
    return answer
  }

  const gateway: Gateway = {
    authorise(request) {
      state.asked += 1
      const atBank = asksBank && request.challengeReturnUrl !== undefined
      return new Promise((resolve, reject) => {
        ledger.set(request.idempotencyKey, {
          ...{ request, resolve, reject, atBank },
          ...{ answer: undefined, money: 'none' },
        })
        if (atBank) resolve({ status: 'challenge', challenge: { url: 'https://bank.example', fields: {} } })
      })
    },
    completeChallenge({ idempotencyKey, answer }) {
      const entry = ledger.get(idempotencyKey)
      if (!entry) return Promise.reject(new Error('There is no such payment.'))
      return new Promise((resolve, reject) => {
        Object.assign(entry, { resolve, reject, atBank: false })
        if (answer !== 'abandoned') return
        if (!entry.answer) decide(entry, state.abandoned)
        if (entry.answer && state.answersAbandoned) resolve(entry.answer)
      })
    },
    async reconcile({ idempotencyKey }) {
      if (!state.knows) throw new Error('The connection was lost.')
      const entry = ledger.get(idempotencyKey)
      return entry ? entry.answer : { status: 'not-found' }
    },
    capture: (order) => followUp(order, () => false),
    void: (order) =>
      followUp(order, (entry) => {
        if (entry.money !== 'held' || state.refusesVoids) return false
        entry.money = 'let go'
        return true
      }),
    readNotifications: ({ body }) => JSON.parse(body.toString()),
    refund: (order) =>
      followUp(order, (entry) => {
        if (entry.money !== 'taken' && entry.money !== 'held') return false
        entry.money = 'given back'
        return true
      }),
  }
  return {
    gateway,
    state,
    entry: () => [...ledger.values()].at(-1),
    decide(verdict: Verdict): void {
      for (const entry of ledger.values()) if (!entry.answer && !entry.atBank) decide(entry, verdict)
    },
    /** No bank waits for its customer for ever, also where nobody has heard that it waits. */
    expire(): void {
      for (const entry of ledger.values()) if (!entry.answer) decide(entry, 'declined')
    },
  }
}

/** How far a sum that was approved is from the one that was ordered. */
const differences: Partial<Record<Verdict, number>> = { 'other-amount': 1, 'a part': -240 }

function decide(entry: Entry, verdict: Verdict): void {
  const { order, purpose } = entry.request
  const amountMinor = order.amountMinor + (differences[verdict] ?? 0)
  const captured = purpose === 'charge'
  const authorised = {
    gatewayReference: 'r',
    authorisationCode: 'A1',
    amount: { amountMinor, currency: order.currency },
    captured,
  }
  if (verdict === 'declined') entry.answer = { status: 'declined', reason: 'do-not-honour' }
  else if (verdict === 'error') entry.answer = { status: 'error', gatewayCode: '96' }
  else {
    entry.answer = { status: verdict === 'review' ? 'review' : 'approved', ...authorised }
    if (purpose !== 'tokenise') entry.money = captured ? 'taken' : 'held'
  }
}

type Payment = Awaited<ReturnType<typeof startPayment>>

async function startPayment(changes: Partial<Flow>, { asksBank }: { readonly asksBank: boolean }) {
  const ends: (() => Promise<void>)[] = []
  const ledger = createLedgerGateway({ asksBank })
  const t = { after: (end: () => Promise<void>) => void ends.push(end) } as unknown as TestContext
  const vault = await startVault(t, { gateway: ledger.gateway })
  const { guid } = await vault.open({ gatewayTimeoutSeconds: 10, ...changes })
  let other = await vault.beside()
  return {
    ledger,
    vault,
    guid,
    changes,
    capture: () => vault.vault.find(guid),
    /** The session at another server on the same database. */
    there: () => other.find(guid),
    /** What the gateway tells of the payment, here or at the other server. */
    tell(about: Notification['about'], at: 'here' | 'there', id: string = about) {
      const key = ledger.entry()?.request.idempotencyKey ?? 'of-nobody'
      const body = Buffer.from(JSON.stringify([{ id, about, key, gatewayCode: 'told' }]))
      const { notifications } = at === 'here' ? vault.vault : other
      return notifications.take({ tenant: 7, name: 'test' }, { headers: {}, body })
    },
    async restart() {
      await vault.restart()
      other = await vault.beside()
    },
    outcomes: () => taken(vault.results),
    async end() {
      for (const end of ends) await end()
    },
  }
}

/** The outcomes that whoever takes them goes by: once it is known, nobody unknows it. */
function taken(results: readonly SessionResult[]): readonly Outcome[] {
  const known = results.findIndex(({ outcome }) => outcome !== 'unknown')
  return results
    .filter(({ outcome }, index) => known === -1 || index <= known || outcome !== 'unknown')
    .map(({ outcome }) => outcome)
}

/** What those around a payment do to it; nobody waits for what comes of it. */
class Step implements fc.AsyncCommand<object, Payment> {
  readonly #name: string
  readonly #act: (payment: Payment) => unknown
  constructor(name: string, act: (payment: Payment) => unknown) {
    this.#name = name
    this.#act = act
  }
  check(): boolean {
    return true
  }
  async run(_model: object, payment: Payment): Promise<void> {
    const acted = this.#act(payment)
    if (acted instanceof Promise) acted.catch(() => {})
    await settle()
    assertTrue(payment)
  }
  toString(): string {
    return this.#name
  }
}

/** A step that is waited for: time that passes, a process that is started. */
class AwaitedStep extends Step {
  readonly #wait: (payment: Payment) => Promise<unknown>
  constructor(name: string, wait: (payment: Payment) => Promise<unknown>) {
    super(name, () => {})
    this.#wait = wait
  }
  override async run(model: object, payment: Payment): Promise<void> {
    await this.#wait(payment)
    await super.run(model, payment)
  }
}

const step = (name: string, act: (payment: Payment) => unknown) => fc.constant(new Step(name, act))

const crashPoint: fc.Arbitrary<CrashPoint> = fc.oneof(
  fc.record({ write: fc.integer({ min: 1, max: 4 }), when: fc.constantFrom('before', 'after') }),
  fc.record({ report: fc.constantFrom('before', 'after') }),
  fc.record({ gateway: fc.constantFrom('before', 'after') }),
)

const steps = [
  step('type the card', ({ capture }) => {
    const live = capture()
    if (live?.view().fields.pan.state === 'asked') press(live, wholeCard)
    else if (live) press(live, '123#')
  }),
  step('the caller presses 1', ({ capture }) => capture()?.press('1')),
  step('an agent pays', ({ capture }) => capture()?.pay()),
  step('two agents pay at once', ({ capture }) => Promise.allSettled([capture()?.pay(), capture()?.pay()])),
  step('the customer pays on the page', ({ capture }) =>
    capture()?.submitCard({ pan: visa, expiry: '1230', securityCode: '123' }),
  ),
  step('cancel', ({ capture }) => capture()?.cancel()),
  step('the card is typed at another server, and paid', ({ there }) => {
    const live = there()
    if (live) press(live, live.view().fields.pan.state === 'asked' ? wholeCard : '123#')
    return live?.pay()
  }),
  step('the customer pays on the page of another server', ({ there }) =>
    there()?.submitCard({ pan: visa, expiry: '1230', securityCode: '123' }),
  ),
  step('cancel at another server', ({ there }) => there()?.cancel()),
  step('pay here, and cancel at another server', ({ capture, there }) =>
    Promise.allSettled([capture()?.pay(), there()?.cancel()]),
  ),
  step('cancel here, and pay at another server', ({ capture, there }) =>
    Promise.allSettled([there()?.pay(), capture()?.cancel()]),
  ),
  ...['the customer comes back from the bank', 'the customer comes back again'].map((name) =>
    step(name, ({ capture, there }) => {
      capture()?.challengeAnswered({ cres: 'answer' })
      there()?.challengeAnswered({ cres: 'answer' })
    }),
  ),
  fc.constantFrom<Verdict>('declined', 'error', 'approved', 'other-amount', 'a part').map(
    (verdict) =>
      new Step(`what is given up at the bank is ${verdict}`, ({ ledger }) => {
        ledger.state.abandoned = verdict
      }),
  ),
  step('nobody hears what became of what was given up', ({ ledger }) => {
    ledger.state.answersAbandoned = false
  }),
  ...['cancel afterwards', 'cancel afterwards, again'].map((name) =>
    step(name, ({ vault, guid }) => vault.vault.voidAuthorised(guid)),
  ),
  fc
    .constantFrom<Verdict>('approved', 'approved', 'review', 'declined', 'error', 'other-amount', 'a part')
    .map((verdict) => new Step(`the gateway decides: ${verdict}`, ({ ledger }) => ledger.decide(verdict))),
  ...['the gateway answers', 'the gateway answers again'].map((name) =>
    step(name, ({ ledger }) => {
      const entry = ledger.entry()
      if (entry?.answer) entry.resolve(entry.answer)
    }),
  ),
  ...(['here', 'there'] as const).flatMap((at) => [
    step(`the gateway tells of the payment, ${at}`, ({ tell }) => tell('payment', at, `payment ${at}`)),
    step(`the gateway tells of it again, ${at}`, ({ tell }) => tell('payment', at, 'payment again')),
    step(`what the gateway was to take by itself fails, and it tells, ${at}`, ({ ledger, tell }) => {
      const entry = ledger.entry()
      if (entry?.money === 'taken') entry.money = 'not taken'
      if (entry?.money === 'not taken') return tell('capture-failed', at)
    }),
  ]),
  step('the answer is lost', ({ ledger }) => ledger.entry()?.reject(new Error('The connection was lost.'))),
  step('nothing was sent', ({ ledger }) => {
    const entry = ledger.entry()
    if (!entry || entry.answer) return
    entry.answer = { status: 'error', gatewayCode: 'none' }
    entry.reject(new NotSent('no connection'))
  }),
  fc.boolean().map(
    (knows) =>
      new Step(`the gateway can be asked: ${knows}`, ({ ledger }) => {
        ledger.state.knows = knows
      }),
  ),
  fc.integer({ min: 1, max: 4 }).map(
    (times) =>
      new Step(`${times} orders to undo fail`, ({ ledger }) => {
        ledger.state.failingFollowUps = times
      }),
  ),
  step('nothing can be let go any more', ({ ledger }) => {
    ledger.state.refusesVoids = true
  }),
  fc
    .constantFrom(1_000, 10_000, 30_000, 120_000, 3_600_000)
    .map((time) => new AwaitedStep(`${time / 1000} s pass`, ({ vault }) => vault.clock.advance(time))),
  crashPoint.map(
    (point) => new Step(`it dies at ${JSON.stringify(point)}`, ({ vault }) => vault.crashAt(point)),
  ),
  step('the disk is full for a moment', ({ vault }) => vault.failWrites(1)),
  fc.constant(new AwaitedStep('killed and started again', ({ restart }) => restart())),
]

const moved = (money: Entry['money'] | undefined) => money === 'held' || money === 'taken'
const noMoney: ReadonlySet<Outcome> = new Set(['declined', 'failed', 'cancelled'])

/** What is true at every moment. */
function assertTrue({ ledger, outcomes }: Payment): void {
  assert.ok(ledger.state.asked <= 1, 'the gateway is asked for the money once at most')
  const last = outcomes().at(-1)
  const money = ledger.entry()?.money
  if (last && noMoney.has(last)) assert.ok(!moved(money), `${last} was reported, and the money has moved`)
  for (const [index, outcome] of outcomes().entries()) {
    const before = outcomes()[index - 1]
    if (!before || before === 'unknown' || before === outcome) continue
    const isOver = before === 'approved' || before === 'review'
    assert.ok(isOver && (outcome === 'cancelled' || outcome === 'failed'), `${before}, then ${outcome}`)
  }
}

/** What is true in the end: everything answers, and enough time passes. */
async function assertSettled(payment: Payment): Promise<void> {
  const { vault, ledger, guid, changes, outcomes } = payment
  ledger.state.knows = true
  ledger.state.failingFollowUps = 0
  ledger.state.answersAbandoned = true
  vault.failWrites(0)
  ledger.decide('approved')
  await vault.restart()
  // What was not taken of it is told until it is.
  if (ledger.entry()?.money === 'not taken')
    await payment.tell('capture-failed', 'here', 'capture-failed, again')
  for (const pause of [10_000, 30_000, 60_000, 120_000, 3_600_000, 3_600_000])
    await vault.clock.advance(pause)
  ledger.expire()
  for (const pause of [3_600_000, 3_600_000]) await vault.clock.advance(pause)
  await settle()
  assertTrue(payment)
  assert.equal(vault.vault.find(guid), undefined, 'the session has ended')
  const row = await vault.row(guid)
  assert.deepEqual([row?.state, row?.result, row?.sealed_launch], ['ended', null, null])
  const entry = ledger.entry()
  const last = outcomes().at(-1)
  const isCancelled = JSON.parse(row?.ending ?? '{}').end === 'cancelled'
  if (isCancelled) assert.ok(!moved(entry?.money), 'a session that says Cancelled keeps no money')
  const isOther = entry?.answer && 'amount' in entry.answer && entry.answer.amount?.amountMinor !== 1240
  if (isOther && !isCancelled && (changes.lateApproval === 'record' || changes.purpose === 'tokenise')) {
    assert.equal(last, 'unknown', 'another sum is never believed')
    return
  }
  assert.notEqual(last, 'unknown', 'in the end it is known')
  if (changes.purpose !== 'tokenise') {
    assert.equal(last === 'approved' || last === 'review', moved(entry?.money), `${last}, ${entry?.money}`)
  }
}

/**
 * Plays payments in which those around them press, pay and cancel, at two servers on one database, the customer's bank
 * asks, the gateway decides, answers, loses answers and fails, the process dies and time passes, in any order; after each
 * step, and in the end, ledger and results agree.
 *
 * @returns how many were played, and how often each outcome came of it.
 */
export async function playPayments(runs: number, seed?: number) {
  const ends = new Map<string, number>()
  const flow = fc.record({
    purpose: fc.constantFrom<Purpose>('charge', 'charge', 'authorise', 'authorise', 'authorise', 'tokenise'),
    lateApproval: fc.constantFrom<Flow['lateApproval']>('record', 'void'),
    cancelAfterwards: fc.constantFrom<Flow['cancelAfterwards']>('refuse', 'void', 'void'),
  })
  const property = fc.asyncProperty(
    flow,
    fc.boolean(),
    fc.commands(steps, { maxCommands: 40, size: 'max' }),
    async (changes, asksBank, played) => {
      const payment = await startPayment(changes, { asksBank })
      try {
        press(payment.vault.find(payment.guid), wholeCard)
        await settle()
        await fc.asyncModelRun(() => ({ model: {}, real: payment }), played)
        await assertSettled(payment)
        const story = payment
          .outcomes()
          .filter((each, index, all) => each !== all[index - 1])
          .join(' → ')
        ends.set(story, (ends.get(story) ?? 0) + 1)
      } finally {
        await payment.end()
      }
    },
  )
  await fc.assert(property, { numRuns: runs, ...(seed !== undefined && { seed }), endOnFailure: false })
  return { runs, ends }
}
