import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Outcome } from '@tonegate/protocol/outcome'
import fc from 'fast-check'
import type { Flow } from '../model/launch.ts'
import type { CrashPoint } from '../test-mortal.ts'
import { type CardKind, type Story, type StoryPayment, startStory } from './test-adapter-story.ts'
import type { DoubleAnswer, Misbehaviour } from './test-double.ts'
import { movedByStore } from './test-ledger.ts'
import type { StartSubject, Subject } from './test-subject.ts'

/** What becomes of a request, and of its answer. */
interface Fate {
  readonly answer: 'comes' | 'names another sum' | 'is an error' | Extract<Misbehaviour, string>
  readonly carriedOut: boolean
}

/** What happens in a story; `of` is which payment, or which fact, of those that there are. */
type Move =
  | { readonly move: 'pay'; readonly card: CardKind; readonly flow: Partial<Flow>; readonly fate: Fate }
  | { readonly move: 'the next request goes wrong'; readonly fate: Fate }
  | { readonly move: 'late answers come' | 'killed and started again' | 'reversals is refused' }
  | { readonly move: 'time passes'; readonly seconds: number }
  | { readonly move: 'it dies'; readonly at: CrashPoint }
  | { readonly move: 'told'; readonly of: number }
  | { readonly move: 'forged'; readonly of: number; readonly what: 'a fact' | 'an approval' }
  | { readonly move: 'told of a payment of others' }
  | {
      readonly move: 'ordered'
      readonly of: number
      readonly kind: 'capture' | 'refund'
      readonly amountMinor?: number
    }
  | { readonly move: 'voided afterwards'; readonly of: number }
  | { readonly move: 'comes to nothing after all'; readonly of: number; readonly kind: 'capture' | 'refund' }
  | { readonly move: 'what was looked at is decided'; readonly verdict: 'approved' | 'declined' }
  | { readonly move: 'the look-up is behind'; readonly seconds: number }

const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<Fate>({ answer: 'comes', carriedOut: true }) },
  {
    weight: 3,
    arbitrary: fc.record({
      answer: fc.constantFrom(
        ...(['closes', 'half', 'never', 'never', 'late', 'late', 'late', 'twice'] as const),
        ...(['html', 'broken-json', 'names another sum', 'is an error'] as const),
      ),
      carriedOut: fc.constantFrom(true, true, true, false),
    }),
  },
)

const payment: fc.Arbitrary<Move> = fc.record({
  move: fc.constant('pay'),
  card: fc.constantFrom('approved', 'approved', 'part', 'part', 'declined', 'review'),
  flow: fc.record({
    purpose: fc.constantFrom('charge', 'authorise'),
    lateApproval: fc.constantFrom('record', 'void'),
    cancelAfterwards: fc.constantFrom('refuse', 'void'),
  }),
  fate,
})

const crashPoint: fc.Arbitrary<CrashPoint> = fc.oneof(
  fc.record({ write: fc.integer({ min: 1, max: 4 }), when: fc.constantFrom('before', 'after') }),
  fc.record({ report: fc.constantFrom('before', 'after') }),
  fc.record({ gateway: fc.constantFrom('before', 'after') }),
)

const of = fc.nat({ max: 7 })
const moves: fc.Arbitrary<Move> = fc.oneof(
  { weight: 1, arbitrary: payment },
  { weight: 3, arbitrary: fc.record({ move: fc.constant('the next request goes wrong'), fate }) },
  {
    weight: 2,
    arbitrary: fc.record({
      move: fc.constantFrom('late answers come', 'killed and started again', 'reversals is refused'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      move: fc.constant('time passes'),
      seconds: fc.constantFrom(1, 11, 45, 120, 1_000, 4_000, 90_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ move: fc.constant('it dies'), at: crashPoint }) },
  { weight: 4, arbitrary: fc.record({ move: fc.constant('told'), of }) },
  {
    weight: 2,
    arbitrary: fc.record({
      move: fc.constant('forged'),
      of,
      what: fc.constantFrom('a fact', 'an approval'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ move: fc.constant('told of a payment of others') }) },
  {
    weight: 3,
    arbitrary: fc.record(
      {
        move: fc.constant('ordered'),
        of,
        kind: fc.constantFrom('capture', 'refund'),
        amountMinor: fc.constantFrom(700, 540),
      },
      { requiredKeys: ['move', 'of', 'kind'] },
    ),
  },
  { weight: 2, arbitrary: fc.record({ move: fc.constant('voided afterwards'), of }) },
  {
    weight: 2,
    arbitrary: fc.record({
      move: fc.constant('comes to nothing after all'),
      of,
      kind: fc.constantFrom('capture', 'refund'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      move: fc.constant('what was looked at is decided'),
      verdict: fc.constantFrom('approved', 'declined'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      move: fc.constant('the look-up is behind'),
      seconds: fc.constantFrom(60, 300, 590),
    }),
  },
)

/** More would only be payments beside each other. */
const maxPayments = 2

/** Plays a move, and lets what it began come to its end. */
async function play(story: Story, next: Move): Promise<void> {
  const { double, subject, vault, payments } = story
  switch (next.move) {
    case 'pay':
      if (payments.length === maxPayments) return
      plan(story, next.flow.lateApproval === 'void' ? honest(next.fate) : next.fate, subject.paying)
      story.begin(next.card, next.flow)
      break
    case 'the next request goes wrong':
      plan(story, honest(next.fate))
      break
    case 'late answers come':
      double.answerLate()
      break
    case 'reversals is refused':
      double.misbehave(() => subject.refusal, { carriesOut: false, of: subject.reversals, unlessDone: true })
      break
    case 'killed and started again':
      return story.restart()
    case 'time passes':
      if (next.seconds > 86_400) subject.forget?.()
      return story.pass(next.seconds * 1000)
    case 'it dies':
      vault.crashAt(next.at)
      break
    case 'told':
      return tell(story, next.of)
    case 'forged':
      return forge(story, next)
    case 'told of a payment of others':
      return tellOfOthers(story)
    case 'ordered':
      withPayment(story, next.of, (payment) => story.order(payment, next.kind, next.amountMinor))
      break
    case 'voided afterwards':
      withPayment(story, next.of, ({ guid }) => void vault.vault.voidAuthorised(guid).catch(() => {}))
      break
    case 'comes to nothing after all':
      withPayment(story, next.of, (payment) => story.fail(payment, next.kind))
      break
    case 'what was looked at is decided':
      subject.decide?.(next.verdict)
      break
    case 'the look-up is behind':
      subject.lookUpIsBehind?.(next.seconds * 1000)
      break
  }
  await story.quiet()
}

function plan({ double, subject }: Story, { answer, carriedOut }: Fate, which?: RegExp): void {
  if (answer === 'comes') return
  const changed: Partial<Record<Fate['answer'], (right: DoubleAnswer) => DoubleAnswer>> = {
    'names another sum': (right) => withOtherSum(subject, right),
    'is an error': () => subject.ownError(502),
  }
  const misbehaviour = changed[answer] ?? (answer as Misbehaviour)
  double.misbehave(misbehaviour, { carriesOut: carriedOut, ...(which && { of: which }) })
}

/** What is reversed is reversed by the sum that the gateway names: no other that it names for once is the truth then. */
const honest = (fate: Fate): Fate =>
  fate.answer === 'names another sum' ? { ...fate, answer: 'html' } : fate

/** Where it names any. */
function withOtherSum({ otherAmount }: Subject, right: DoubleAnswer): DoubleAnswer {
  try {
    return otherAmount(right)
  } catch {
    return right
  }
}

function withPayment({ payments }: Story, at: number, act: (payment: StoryPayment) => void): void {
  const payment = payments[at % payments.length]
  if (payment) act(payment)
}

/** The gateway tells what it has to tell, once more where it has done so before. */
async function tell(story: Story, at: number): Promise<void> {
  const { tells } = story.subject
  const facts = story.facts()
  if (!tells || facts.length === 0) return
  const sent = tells.send(facts[at % facts.length], { by: 'gateway', at: story.vault.clock.now() })
  assert.notEqual(await story.tell(sent), 'forged', 'what the gateway tells is taken')
}

/** Somebody else tells it, who would like to be believed. */
async function forge(
  story: Story,
  { of, what }: { readonly of: number; readonly what: 'a fact' | 'an approval' },
): Promise<void> {
  const { subject, payments } = story
  const payment = payments[of % payments.length]
  if (!subject.tells || !payment) return
  const facts = story.facts()
  const fact = what === 'a fact' ? facts[of % facts.length] : subject.tells.approval(payment.key)
  if (!fact) return
  const sent = subject.tells.send(fact, { by: 'somebody', at: story.vault.clock.now() })
  await assertChangesNothing(story, async () => {
    assert.equal(await story.tell(sent), 'forged', 'what is not signed is not taken')
  })
}

async function tellOfOthers(story: Story): Promise<void> {
  const { tells } = story.subject
  if (!tells) return
  const sent = tells.send(tells.approval('of-nobody-1'), { by: 'gateway', at: story.vault.clock.now() })
  await assertChangesNothing(story, async () => {
    assert.notEqual(await story.tell(sent), 'forged')
  })
}

async function assertChangesNothing(story: Story, act: () => Promise<void>): Promise<void> {
  const { double, vault } = story
  const all = async () => ({
    asked: double.asked.length,
    results: vault.results.length,
    moved: await movedByStore(vault.store),
    told: await toldIn(story),
  })
  const before = await all()
  await act()
  assert.deepEqual(await all(), before, 'it changes nothing')
}

async function toldIn({ vault: { store } }: Story): Promise<number> {
  const told = store.prepare((db, _: object) => db.selectFrom('gateway_notification').selectAll())
  return (await told.all(store.reader, {})).length
}

const noMoney: ReadonlySet<Outcome> = new Set(['declined', 'failed', 'cancelled'])
const whole = { amountMinor: 1240, currency: 'GBP' }

/** What is true at every moment, of every payment. */
function assertTrue(story: Story): void {
  const { double, subject, payments, outcomesOf } = story
  const moved = double.ledger.moved()
  for (const payment of payments) {
    const { key, card, pan } = payment
    const asked = double.asked.filter(
      ({ method, path, body, headers }) =>
        subject.paying.test(`${method} ${path}`) &&
        body.includes(pan) &&
        (body.includes(key) || headers['idempotency-key'] === key),
    )
    assert.ok(asked.length <= 1, 'a card is sent once at most')
    const outcomes = outcomesOf(payment)
    const last = outcomes.at(-1)
    if (last && noMoney.has(last) && !payment.cameToNothing)
      assert.equal(moved[key], undefined, `${last}, and the money has moved`)
    if (outcomes.includes('approved') || outcomes.includes('review')) {
      assert.ok(card !== 'part' && card !== 'declined', `a card that is ${card} is never approved`)
      assert.deepEqual(double.ledger.authorisedFor(key), whole, 'what is approved is authorised, and whole')
    }
    if (payment.cameToNothing) continue
    for (const [index, outcome] of outcomes.entries()) {
      const before = outcomes[index - 1]
      if (!before || before === 'unknown' || before === outcome) continue
      const isOver = before === 'approved' || before === 'review'
      assert.ok(isOver && (outcome === 'cancelled' || outcome === 'failed'), `${before}, then ${outcome}`)
    }
  }
}

/** So much passes before nothing is asked for any more: minutes, hours and days. */
const pauses = [1, 1, 2, 5, 10, 15, 60, 60, 60, 1_500, 1_500, 1_500].map((minutes) => minutes * 60_000)

/** Nothing goes wrong any more, what there is to be told is told, and enough time passes. */
async function letItSettle(story: Story): Promise<void> {
  const { double, subject, payments } = story
  double.behave()
  await story.restart()
  for (const pause of pauses.slice(0, 9)) await story.pass(pause)
  await tellAll(story)
  for (const pause of pauses.slice(9)) await story.pass(pause)
  subject.forget?.()
  for (const payment of payments) await story.orderAgain(payment)
  await tellAll(story)
  await story.quiet()
}

async function tellAll(story: Story): Promise<void> {
  const { tells } = story.subject
  for (const fact of story.facts()) {
    const sent = tells?.send(fact, { by: 'gateway', at: story.vault.clock.now() })
    if (sent) assert.equal(await story.tell(sent), 'taken')
  }
}

/** Store and ledger say the same, and what can be known is known. */
async function assertAgree(story: Story): Promise<void> {
  const { vault, double, payments } = story
  assertTrue(story)
  const byStore = await movedByStore(vault.store)
  const ledger = double.ledger.moved()
  const isUnknown = (key: string) => byStore[key] === 'unknown'
  const known = (all: object) => Object.fromEntries(Object.entries(all).filter(([key]) => !isUnknown(key)))
  assert.deepEqual(known(byStore), known(ledger), 'store and ledger agree')
  for (const payment of payments) {
    const last = story.outcomesOf(payment).at(-1)
    if (last === undefined) {
      assert.equal(ledger[payment.key], undefined, 'no result, and the money has moved')
      continue
    }
    if (isUnknown(payment.key)) assert.equal(last, 'unknown', 'no result without an answer')
    if (last === 'unknown') assert.ok(mayStayOpen(story, payment), 'what can be known is known in the end')
  }
}

/** A gateway that cannot look everything up does not know what never arrived; a part or a review it may leave open. */
function mayStayOpen({ subject, double }: Story, { key, pan, card }: StoryPayment): boolean {
  const hasArrived = double.carriedOut.some(
    ({ body, headers }) => body.includes(pan) && (body.includes(key) || headers['idempotency-key'] === key),
  )
  if (!hasArrived) return subject.neverArrived === 'unknown'
  if (card === 'review' && double.ledger.authorisedFor(key)) return false
  return (card === 'part' || card === 'review') && subject[card].ends === 'unknown'
}

/**
 * Plays stories of payments with an adapter and its double: the bank authorises all, a part or nothing, or looks first;
 * answers are lost, late and doubled; the gateway tells, somebody forges; the process dies, time passes, and what was
 * approved is captured, refunded and voided.
 *
 * @returns how many stories there were, and how often each came to what end.
 */
export async function playAdapter(start: StartSubject, { runs, seed }: { runs: number; seed?: number }) {
  const ends = new Map<string, number>()
  const property = fc.asyncProperty(
    payment,
    fc.array(moves, { maxLength: 12, size: 'max' }),
    async (first, then) => {
      const story = await startStory(start)
      try {
        for (const next of [first, ...then]) {
          await play(story, next)
          assertTrue(story)
        }
        await letItSettle(story)
        await assertAgree(story)
        for (const payment of story.payments) {
          const told = story.outcomesOf(payment).filter((each, at, all) => each !== all[at - 1])
          const end = `${payment.card}: ${told.join(' → ') || 'not asked for'}`
          ends.set(end, (ends.get(end) ?? 0) + 1)
        }
      } finally {
        await story.end()
      }
    },
  )
  await fc.assert(property, { numRuns: runs, ...(seed !== undefined && { seed }), endOnFailure: false })
  return { runs, ends }
}

/** Some stories with an adapter, other ones each time; `npm run soak:adapters` has as many as are wanted. */
export function testAdapterModel(name: string, start: StartSubject): void {
  test(`${name}: whatever happens around payments, and in whatever order, store and ledger agree`, async () => {
    const { ends } = await playAdapter(start, { runs: 15 })
    assert.ok(ends.size > 1, 'payments come to several ends')
  })
}
