import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Outcome } from '@tonegate/protocol/outcome'
import { type Clock, createMovableClock } from '../../base/clock.ts'
import type { Guid } from '../../base/guid.ts'
import { createLog } from '../../base/log.ts'
import { Problem } from '../../base/problem.ts'
import type { Store } from '../../store/store.ts'
import { createFollowUps } from '../charge/follow-up-payment.ts'
import { createGatewayCalls } from '../charge/gateway-calls.ts'
import {
  type FollowUp,
  type FollowUpAnswer,
  type Gateway,
  type SentNotification,
  sharedGateways,
} from '../model/gateway.ts'
import type { Flow } from '../model/launch.ts'
import { prepareVaultRows } from '../model/vault-rows.ts'
import { press, settle, startVault } from '../test-vault.ts'
import type { TestLedger } from './test-ledger.ts'
import type { StartSubject, Subject } from './test-subject.ts'

/** What the cards of a story come to at a gateway. */
export type CardKind = 'approved' | 'declined' | 'part' | 'review'

/** A payment of a story. */
export interface StoryPayment {
  readonly guid: Guid
  /** At the gateway. */
  readonly key: string
  readonly card: CardKind
  readonly pan: string
  /** What was taken or refunded of it came to nothing after all. */
  cameToNothing: boolean
}

export type Story = Awaited<ReturnType<typeof startStory>>

const place = { tenant: 7, name: 'test' }

/** A vault, the adapter of one gateway and its double; the process may end, and each process has an adapter of its own. */
export async function startStory(start: StartSubject) {
  const ends: (() => unknown)[] = []
  const t = { after: (end: () => unknown) => void ends.push(end) } as unknown as TestContext
  const clock = createMovableClock()
  const subject = await start(t, { clock })
  const { double } = subject
  const calls = createCounted(() => subject.gateway({ clock }))
  const vault = await startVault(t, { clock, gateway: calls.gateway })
  const payments: StoryPayment[] = []
  const pans = pansOf(subject)

  /** Everything that is under way has come to its end, or waits for an answer that is held back. */
  async function quiet(): Promise<void> {
    let calm = 0
    for (let turn = 0; calm < 3; turn += 1) {
      assert.ok(turn < maxTurns, 'it comes to rest')
      await settle()
      calm = calls.open() === double.held() ? calm + 1 : 0
    }
  }

  async function pay(card: CardKind, flow: Partial<Flow>): Promise<void> {
    const session = await vault.open({ gatewayTimeoutSeconds: 10, ...flow })
    const { guid } = session
    payments.push({ guid, key: `${guid}-1`, card, pan: pans[card], cameToNothing: false })
    press(session, `${pans[card]}#1230#123#`)
    await session.pay()
  }

  return {
    subject,
    double,
    vault,
    payments,
    quiet,
    ...createFacts(subject),
    ...createOrders(vault, { clock, gateway: calls.gateway }),
    /** Begins a payment; nobody waits for it. */
    begin: (card: CardKind, flow: Partial<Flow>) => void pay(card, flow).catch(() => {}),
    /** @returns `undefined` where the process has died meanwhile. */
    async tell(sent: Omit<SentNotification, 'now'>): Promise<'taken' | 'forged' | undefined> {
      let came: 'taken' | 'forged' | undefined
      void vault.vault.notifications.take(place, sent).then(
        () => (came = 'taken'),
        (error) => (came = error instanceof Problem ? 'forged' : undefined),
      )
      await quiet()
      return came
    },
    async pass(milliseconds: number): Promise<void> {
      await clock.leap(milliseconds)
      await quiet()
    },
    async restart(): Promise<void> {
      double.hangUp()
      calls.another()
      await vault.restart()
      await quiet()
    },
    /** The outcomes of a payment that whoever takes them goes by: once it is known, nobody unknows it. */
    outcomesOf({ guid }: StoryPayment): readonly Outcome[] {
      const all = vault.results.filter((each) => each.guid === guid).map(({ outcome }) => outcome)
      const known = all.findIndex((outcome) => outcome !== 'unknown')
      return all.filter((outcome, index) => known === -1 || index <= known || outcome !== 'unknown')
    },
    async end(): Promise<void> {
      double.hangUp()
      for (const end of ends.reverse()) await end()
    },
  }
}

/** What the gateway tells by itself. */
function createFacts({ tells, double: { ledger } }: Subject) {
  const failed = new Map<string, unknown>()
  return {
    /** So far, whatever it is. */
    facts: (): readonly unknown[] => [...(tells?.facts() ?? []), ...failed.values()],
    /** The last that was captured or refunded, by order or by itself, comes to nothing after all. */
    fail(payment: StoryPayment, kind: 'capture' | 'refund'): void {
      const order = lastDone(ledger, payment.key)
      if (order?.kind !== kind || failed.has(order.key)) return
      const failure = tells?.failure(kind, order.key)
      if (failure === undefined) return
      if (kind === 'refund') ledger.failRefund(payment.key, order.amountMinor)
      else ledger.failCapture(payment.key)
      payment.cameToNothing = true
      failed.set(order.key, failure)
    },
  }
}

/** What the operator orders, who has a process of their own. */
function createOrders(
  /** Each process opens its store anew. */
  vault: { readonly store: Store },
  { clock, gateway }: { readonly clock: Clock; readonly gateway: Gateway },
) {
  const followUps = () =>
    createFollowUps({
      store: vault.store,
      rows: prepareVaultRows(vault.store),
      clock,
      calls: createGatewayCalls({
        clock,
        log: createLog('silent'),
        gateways: sharedGateways({ test: gateway }),
      }),
    })

  return {
    order({ guid }: StoryPayment, kind: 'capture' | 'refund', amountMinor?: number): void {
      void followUps()
        [kind](guid, amountMinor === undefined ? {} : { amountMinor })
        .catch(() => {})
    },
    /** Whatever was ordered and not answered is asked for again. */
    async orderAgain({ guid }: StoryPayment): Promise<void> {
      for (const kind of ['capture', 'refund'] as const) {
        await followUps()[kind](guid, { repeat: 'retry' }).catch(onlyProblems)
      }
    },
  }
}

const maxTurns = 20_000

const pansOf = ({ part, review }: Subject): Readonly<Record<CardKind, string>> => ({
  approved: '4111111111111111',
  declined: '4000000000000002',
  part: part.pan,
  review: review.pan,
})

/** What was done last with a payment's money. What an adapter releases of a part by itself is no order of anybody's. */
function lastDone(ledger: TestLedger, key: string) {
  const last = ledger.ordersOf(key).at(-1)
  const { taken = 0 } = ledger.moved()[key] ?? {}
  if (!last) return taken > 0 ? { kind: 'capture', key, amountMinor: taken } : undefined
  const [, kind] = /-(capture|refund)(?:-\d+)?$/.exec(last.key) ?? []
  return kind === undefined ? undefined : { ...last, kind }
}

function onlyProblems(error: unknown): void {
  if (!(error instanceof Problem)) throw error
}

/** A gateway that knows how many of its calls are under way; another process has another adapter. */
function createCounted(create: () => Gateway) {
  let open = 0
  let current = create()
  const counted =
    <Asked, Answer>(call: (gateway: Gateway, asked: Asked) => Promise<Answer>) =>
    async (asked: Asked): Promise<Answer> => {
      open += 1
      try {
        return await call(current, asked)
      } finally {
        open -= 1
      }
    }
  /** What a process that has died writes down is never answered: a gateway that waits for that asks nobody. */
  const uncounted =
    <Asked extends readonly unknown[], Answer>(write: (...asked: Asked) => Promise<Answer>) =>
    async (...asked: Asked): Promise<Answer> => {
      open -= 1
      const answer = await write(...asked).finally(() => {
        open += 1
      })
      return answer
    }
  const followUp = (call: (gateway: Gateway, asked: FollowUp) => Promise<FollowUpAnswer>) =>
    counted((to, { memory, ...asked }: FollowUp) =>
      call(to, {
        ...asked,
        ...(memory && {
          memory: {
            askedAt: uncounted(memory.askedAt),
            asks: uncounted(memory.asks),
            forget: uncounted(memory.forget),
          },
        }),
      }),
    )
  const gateway: Gateway = {
    authorise: counted((to, asked) => to.authorise(asked)),
    reconcile: counted((to, asked) => to.reconcile(asked)),
    capture: followUp((to, asked) => to.capture(asked)),
    void: followUp((to, asked) => to.void(asked)),
    refund: followUp((to, asked) => to.refund(asked)),
    ...(current.readNotifications && {
      readNotifications: (sent) => current.readNotifications?.(sent) ?? [],
    }),
  }
  return {
    gateway,
    open: () => open,
    another(): void {
      current = create()
    },
  }
}
