import { type Guid, parseGuid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import { readAmount } from '../../base/read-amount.ts'
import { sumText } from '../../base/sum-text.ts'
import { type ApprovedPayment, type AskedOrder, moneyOf } from '../../vault/approved-payment.ts'
import type { Wanted } from '../../vault/decide-follow-up.ts'
import type { FollowedUp } from '../../vault/follow-up-payment.ts'
import { earlierText } from '../../vault/follow-up-texts.ts'
import { command, type Office, Refused, WrongUsage } from '../command.ts'
import { requireYes, yes } from '../confirm.ts'

const argument = {
  name: 'session',
  help: 'its sessionGuid; where the vault is apart, its providerSessionGuid',
} as const
const amount = { value: 'AMOUNT', help: 'in major units, such as 12.40; all of it unless given' } as const
const retry = { help: 'only ask again for one whose gateway has not answered; nothing new is begun' } as const

export const showPayment = command({
  name: 'payment show',
  summary: 'Show an approved payment, and what was done with it since',
  argument,
  options: {},
  async run(office, _given, session) {
    const found = await refusing(async () => office.payments.followUps.find(await captureOf(office, session)))
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
        money: answer.captured ? 'taken when it was approved' : 'held',
        taken: say(taken),
        givenBack: say(givenBack),
        ...(underWay > 0 && { underWay: say(underWay) }),
        left: say(left),
        since: orders.map(
          (each) =>
            `${new Date(each.requestedAt).toISOString()} ${each.kind} ${say(each.amountMinor)} (${each.reason}): ${each.answer?.status ?? 'not-known'}`,
        ),
      },
    }
  },
})

export const capturePayment = command({
  name: 'payment capture',
  summary: 'Take the money that a payment holds; what is not taken is let go',
  argument,
  options: { amount, retry, yes },
  run: (office, given, session) => order(office, { another: false, ...given }, { session, kind: 'capture' }),
})

export const refundPayment = command({
  name: 'payment refund',
  summary: 'Give back money that was taken, all that is left or a part of it',
  argument,
  options: {
    amount,
    retry,
    another: { help: 'begin a further one, beside one whose gateway has not answered' },
    yes,
  },
  run: (office, given, session) => order(office, given, { session, kind: 'refund' }),
})

const words = {
  capture: { done: 'taken', refused: 'The gateway does not let the money be taken' },
  refund: { done: 'given back', refused: 'The gateway does not give the money back' },
} as const

type Kind = keyof typeof words

interface Given {
  readonly amount: string | undefined
  readonly retry: boolean
  readonly another: boolean
  readonly yes: boolean
}

async function order(
  office: Office,
  given: Given,
  { session, kind }: { readonly session: string; readonly kind: Kind },
) {
  const guid = await captureOf(office, session)
  const { followUps } = office.payments
  const found = await refusing(() => followUps.find(guid))
  const wanted = wantedOf(given, found)
  requireYes(given, `${whatWould(found, wanted, kind)} of ${session} would be ${words[kind].done}`)
  const followedUp = await refusing(() => followUps[kind](guid, wanted))
  const { earlier, order: done } = followedUp
  if (!done) throw new Refused(nothingBegun(followedUp, wanted, kind))
  const before = earlier.map((each) => `${earlierText(each)} `).join('')
  const sum = sumText(done.amount)
  if (done.outcome.status === 'refused') {
    const { gatewayCode } = done.outcome
    throw new Refused(
      `${before}${words[kind].refused}: its code is ${gatewayCode}. ${sum} was not ${words[kind].done}.`,
    )
  }
  if (done.outcome.status === 'not-known') {
    throw new Refused(
      `${before}The gateway has not answered. Give the same command again: it is done once. ` +
        `It is not known whether ${sum} was ${words[kind].done}; with --retry nothing else can be begun.`,
    )
  }
  const left = moneyOf(followedUp.payment).left
  return {
    kind: 'done',
    text: `${before}${doneText(done, { session, kind })} ${restText(followedUp.payment, done)}`,
    data: {
      ...{ session, kind, amount: sum, again: done.again, left: sayIn(followedUp.payment)(left) },
      earlier: earlier.map((each) => ({ amount: sumText(each.amount), status: each.outcome.status })),
    },
  } as const
}

function wantedOf(given: Given, { authorised }: ApprovedPayment): Wanted {
  if (given.retry && given.another) throw new WrongUsage('--retry begins nothing, and --another does.')
  return {
    ...(given.amount !== undefined && { amountMinor: minorOf(given.amount, authorised.currency) }),
    repeat: given.retry ? 'retry' : given.another ? 'another' : 'usual',
  }
}

/** The sum that is meant, before anything is asked. */
function whatWould(payment: ApprovedPayment, { amountMinor }: Wanted, kind: Kind): string {
  const { left } = moneyOf(payment)
  const all = kind === 'refund' ? left : payment.authorised.amountMinor
  return amountMinor === undefined && all <= 0 ? 'What is under way' : sayIn(payment)(amountMinor ?? all)
}

function doneText(
  { amount, again }: AskedOrder,
  { session, kind }: { readonly session: string; readonly kind: Kind },
): string {
  const sum = sumText(amount)
  return again
    ? `The ${kind} of ${sum} that was under way is done: ${sum} of ${session} was ${words[kind].done}, once.`
    : `${sum} of ${session} was ${words[kind].done}.`
}

function restText(payment: ApprovedPayment, { kind, amount }: AskedOrder): string {
  const { left, underWay } = moneyOf(payment)
  const say = sayIn(payment)
  const rest = payment.authorised.amountMinor - amount.amountMinor
  if (kind === 'capture') return rest > 0 ? `${say(rest)} that was held is let go.` : 'That is all of it.'
  const open = underWay > 0 ? ` A refund of ${say(underWay)} is under way.` : ''
  return `${left > 0 ? `${say(left)} is left to give back.` : 'Nothing is left to give back.'}${open}`
}

/** What is under way was asked for again and not answered, so that what was wanted was not begun. */
function nothingBegun({ earlier, payment }: FollowedUp, { amountMinor }: Wanted, kind: Kind): string {
  const open = earlier.at(-1)
  const wanted = amountMinor === undefined ? 'Nothing else' : sayIn(payment)(amountMinor)
  const another = kind === 'refund' ? ', or with --another to begin a further one beside it' : ''
  return (
    `${earlier.map(earlierText).join(' ')} ${wanted} was not ${words[kind].done}. ` +
    `Give the command again later${open ? `, with --amount ${sumText(open.amount).split(' ')[0]} --retry to ask only for that ${kind}` : ''}${another}.`
  )
}

async function captureOf(office: Office, session: string): Promise<Guid> {
  const guid = parseGuid(session)
  if (guid === undefined) throw new WrongUsage(`'${session}' is no GUID of a session.`)
  return (await office.payments.captureOf(guid)) ?? guid
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

const sayIn =
  ({ authorised: { currency } }: ApprovedPayment) =>
  (amountMinor: number): string =>
    sumText({ amountMinor, currency })
