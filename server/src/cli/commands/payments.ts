import { type Guid, parseGuid } from '../../base/guid.ts'
import { readAmount } from '../../base/money/read-amount.ts'
import { sumText } from '../../base/money/sum-text.ts'
import { Problem } from '../../base/problem.ts'
import { type ApprovedPayment, moneyOf } from '../../vault/charge/approved-payment.ts'
import type { Wanted } from '../../vault/charge/decide-follow-up.ts'
import { type AdminContext, command } from '../command.ts'
import { requireYes, yes } from '../input/confirm.ts'
import { doneText, notDoneText, type OrderKind, planText, sayIn } from '../payment-texts.ts'
import { Refused, WrongUsage } from '../refused.ts'

const argument = {
  name: 'session',
  help: 'its sessionGuid; if the vault is a separate process, its providerSessionGuid',
} as const
const amount = { value: 'AMOUNT', help: 'in major units, such as 12.40; default: the full amount' } as const
const retry = { help: 'only repeat one whose gateway has not answered; start nothing new' } as const

export const showPayment = command({
  name: 'payment show',
  summary: 'Show an approved payment and its captures, refunds and voids',
  argument,
  options: {},
  async run(context, _given, session) {
    const found = await refusing(async () =>
      context.payments.followUps.find(await vaultSessionOf(context, session)),
    )
    const { gateway, answer, authorised, orders } = found
    const { taken, givenBack, underWay, left } = moneyOf(found)
    const say = sayIn(found)
    return {
      kind: 'shown',
      data: {
        gateway,
        gatewayReference: answer.gatewayReference,
        status: answer.status,
        amount: sumText(authorised),
        money: answer.captured ? 'captured when it was approved' : 'held',
        taken: say(taken),
        givenBack: say(givenBack),
        ...(underWay > 0 && { underWay: say(underWay) }),
        left: say(left),
        since: orders.map(
          (each) =>
            `${new Date(each.requestedAt).toISOString()} ${each.kind} ${say(each.amountMinor)} (${each.reason}): ${outcomeText(each)}`,
        ),
      },
    }
  },
})

/** What became of an order; one that came to nothing afterwards says when, and the gateway's word for it. */
function outcomeText({ answer }: ApprovedPayment['orders'][number]): string {
  if (answer?.status !== 'refused' || answer.failedAt === undefined) return answer?.status ?? 'not-known'
  return `failed ${new Date(answer.failedAt).toISOString()}, ${answer.gatewayCode}`
}

export const capturePayment = command({
  name: 'payment capture',
  summary: 'Capture an authorised payment; what is not captured is released',
  argument,
  options: { amount, retry, yes },
  run: (context, given, session) =>
    order(context, { another: false, ...given }, { session, kind: 'capture' }),
})

export const refundPayment = command({
  name: 'payment refund',
  summary: 'Refund a captured payment, in full or in part',
  argument,
  needsPerson: true,
  options: {
    amount,
    retry,
    another: { help: 'start another one, although the gateway has not answered the first' },
    yes,
  },
  run: (context, given, session) => order(context, given, { session, kind: 'refund' }),
})

export const voidPayment = command({
  name: 'payment void',
  summary: 'Void an authorised payment that was not captured: the customer is not charged',
  argument,
  needsPerson: true,
  options: { retry, yes },
  run: (context, given, session) =>
    order(context, { amount: undefined, another: false, ...given }, { session, kind: 'void' }),
})

interface Given {
  readonly amount: string | undefined
  readonly retry: boolean
  readonly another: boolean
  readonly yes: boolean
}
export const listUntaken = command({
  name: 'payment untaken',
  summary: 'List launches whose answer was lost, and results and callbacks that were not delivered',
  options: {},
  async run(context) {
    const found = await context.payments.findUntaken()
    return {
      kind: 'listed',
      rows: found.map(({ since, ...row }) => ({ since: new Date(since).toISOString(), ...row })),
      none: 'Nothing is undelivered.',
    }
  },
})

async function order(
  context: AdminContext,
  given: Given,
  { session, kind }: { readonly session: string; readonly kind: OrderKind },
) {
  const guid = await vaultSessionOf(context, session)
  const { followUps } = context.payments
  const found = await refusing(() => followUps.find(guid))
  const wanted = wantedOf(given, found)
  const plan = await refusing(() => followUps.plan(guid, kind, wanted))
  requireYes(given, planText(plan, wanted, { session, kind }))
  const followedUp = await refusing(() => followUps[kind](guid, wanted))
  if (followedUp.order?.outcome.status !== 'done') throw new Refused(notDoneText(followedUp, wanted, kind))
  const { earlier, order: done, payment } = followedUp
  return {
    kind: 'done',
    text: doneText(followedUp, done, session),
    data: {
      session,
      kind,
      amount: sumText(done.amount),
      again: done.again,
      left: sayIn(payment)(moneyOf(payment).left),
      earlier: earlier.map((each) => ({ amount: sumText(each.amount), status: each.outcome.status })),
    },
  } as const
}

function wantedOf(given: Given, { authorised }: ApprovedPayment): Wanted {
  if (given.retry && given.another)
    throw new WrongUsage('--retry and --another contradict each other: --retry starts nothing new.')
  return {
    ...(given.amount !== undefined && { amountMinor: minorOf(given.amount, authorised.currency) }),
    repeat: given.retry ? 'retry' : given.another ? 'another' : 'usual',
  }
}

async function vaultSessionOf(context: AdminContext, session: string): Promise<Guid> {
  const guid = parseGuid(session)
  if (guid === undefined) throw new WrongUsage(`'${session}' is not a session GUID.`)
  return (await context.payments.vaultSessionOf(guid)) ?? guid
}

/** What a payment does not allow is told as what it is. */
async function refusing<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    throw error instanceof Problem ? new Refused(error.message) : error
  }
}

function minorOf(text: string, currency: string): number {
  const read = readAmount(text, currency)
  if ('minor' in read) return read.minor
  throw new WrongUsage(`--amount ${read.wrong}.`)
}
