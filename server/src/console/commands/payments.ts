import { exponentOf } from '../../base/currency-exponent.ts'
import { type Guid, parseGuid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import { readAmount } from '../../base/read-amount.ts'
import type { FollowedUp } from '../../vault/follow-up-payment.ts'
import { command, type Office, Refused, WrongUsage } from '../command.ts'
import { requireYes, yes } from '../confirm.ts'

const argument = {
  name: 'session',
  help: 'its sessionGuid; where the vault is apart, its providerSessionGuid',
} as const
const amount = { value: 'AMOUNT', help: 'in major units, such as 12.40; all of it unless given' } as const

export const showPayment = command({
  name: 'payment show',
  summary: 'Show an approved payment, and what was done with it since',
  argument,
  options: {},
  async run(office, _given, session) {
    const found = await refusing(async () => office.payments.followUps.find(await captureOf(office, session)))
    const { authorised, captured, orders, ...payment } = found
    const { currency } = authorised
    const taken = captured ? 'taken when it was approved' : 'held'
    const lines = orders.map(
      ({ kind, reason, amountMinor, requestedAt, status }) =>
        `${new Date(requestedAt).toISOString()} ${kind} ${major(amountMinor, currency)} (${reason}): ${status}`,
    )
    return {
      kind: 'shown',
      data: { ...payment, amount: major(authorised.amountMinor, currency), money: taken, since: lines },
    }
  },
})

export const capturePayment = command({
  name: 'payment capture',
  summary: 'Take the money that a payment holds; what is not taken is let go',
  argument,
  options: { amount, yes },
  run: (office, given, session) => order(office, given, { session, kind: 'capture' }),
})

export const refundPayment = command({
  name: 'payment refund',
  summary: 'Give back money that was taken, all that is left or a part of it',
  argument,
  options: { amount, yes },
  run: (office, given, session) => order(office, given, { session, kind: 'refund' }),
})

export const listUntaken = command({
  name: 'payment untaken',
  summary: 'List launches whose answer was lost, and results and callbacks that nobody has taken',
  options: {},
  async run(office) {
    const found = await office.payments.findUntaken()
    return {
      kind: 'listed',
      rows: found.map(({ since, ...row }) => ({ since: new Date(since).toISOString(), ...row })),
      none: 'There is nothing that nobody has taken.',
    }
  },
})

const words = {
  capture: { done: 'taken', refused: 'The gateway does not let the money be taken' },
  refund: { done: 'given back', refused: 'The gateway does not give the money back' },
} as const

async function order(
  office: Office,
  given: { readonly amount: string | undefined; readonly yes: boolean },
  { session, kind }: { readonly session: string; readonly kind: 'capture' | 'refund' },
) {
  const guid = await captureOf(office, session)
  const { followUps } = office.payments
  const { authorised } = await refusing(() => followUps.find(guid))
  const minor = given.amount === undefined ? undefined : minorOf(given.amount, authorised.currency)
  const what = minor === undefined ? 'what there is' : major(minor, authorised.currency)
  requireYes(given, `${what} of ${session} would be ${words[kind].done}`)
  const answer: FollowedUp = await refusing(() => followUps[kind](guid, minor))
  if (answer.status === 'refused')
    throw new Refused(`${words[kind].refused}: its code is ${answer.gatewayCode}.`)
  if (answer.status === 'not-known') {
    throw new Refused('The gateway has not answered. Give the same command again: it is done once.')
  }
  return {
    kind: 'done',
    text: `${what} of ${session} was ${words[kind].done}.`,
    data: { session, kind },
  } as const
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

function major(amountMinor: number, currency: string): string {
  const exponent = exponentOf(currency)
  return `${(amountMinor / 10 ** exponent).toFixed(exponent)} ${currency}`
}
