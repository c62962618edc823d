import fc from 'fast-check'
import { NotSent } from '../model/gateway.ts'
import type { CrashPoint } from '../test-mortal.ts'
import { press, settle, visa, wholeCard } from '../test-vault.ts'
import type { Verdict } from './test-money-ledger.ts'
import type { Payment } from './test-money-payment.ts'
import { assertTrue } from './test-money-truth.ts'

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

/** All that may happen to a payment. */
export const steps = [
  step('type the card', ({ here }) => {
    const live = here()
    if (live?.view().fields.pan.state === 'asked') press(live, wholeCard)
    else if (live) press(live, '123#')
  }),
  step('the caller presses 1', ({ here }) => here()?.press('1')),
  step('an agent pays', ({ here }) => here()?.pay()),
  step('two agents pay at once', ({ here }) => Promise.allSettled([here()?.pay(), here()?.pay()])),
  step('the customer pays on the page', ({ here }) =>
    here()?.submitCard({ pan: visa, expiry: '1230', securityCode: '123' }),
  ),
  step('cancel', ({ cancel }) => cancel('here')),
  step('the card is typed at another server, and paid', ({ there }) => {
    const live = there()
    if (live) press(live, live.view().fields.pan.state === 'asked' ? wholeCard : '123#')
    return live?.pay()
  }),
  step('the customer pays on the page of another server', ({ there }) =>
    there()?.submitCard({ pan: visa, expiry: '1230', securityCode: '123' }),
  ),
  step('cancel at another server', ({ cancel }) => cancel('there')),
  step('pay here, and cancel at another server', ({ here, cancel }) =>
    Promise.allSettled([here()?.pay(), cancel('there')]),
  ),
  step('cancel here, and pay at another server', ({ there, cancel }) =>
    Promise.allSettled([there()?.pay(), cancel('here')]),
  ),
  ...['the customer comes back from the bank', 'the customer comes back again'].map((name) =>
    step(name, ({ here, there }) => {
      here()?.challengeAnswered({ cres: 'answer' })
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
      if (entry?.money === 'captured') entry.money = 'not captured'
      if (entry?.money === 'not captured') return tell('capture-failed', at)
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
      new Step(`${times} reversals fail`, ({ ledger }) => {
        ledger.state.failingFollowUps = times
      }),
  ),
  step('nothing can be voided any more', ({ ledger }) => {
    ledger.state.refusesVoids = true
  }),
  fc
    .constantFrom(1_000, 10_000, 30_000, 120_000, 3_600_000)
    .map((time) => new AwaitedStep(`${time / 1000} s pass`, ({ pass }) => pass(time))),
  crashPoint.map(
    (point) => new Step(`it dies at ${JSON.stringify(point)}`, ({ vault }) => vault.crashAt(point)),
  ),
  step('the disk is full for a moment', ({ vault }) => vault.failWrites(1)),
  fc.constant(new AwaitedStep('another server takes it over', ({ takeOver }) => takeOver())),
  fc.constant(new AwaitedStep('killed and started again', ({ restart }) => restart())),
]
