import { currencies } from '../../../base/money/currencies.ts'
import { Problem } from '../../../base/problem.ts'
import { cardTokenIn } from '../../model/card-token-in.ts'
import type { Launch, Order, Purpose } from '../../model/launch.ts'
import { readOrderAmount } from '../../model/read-order-amount.ts'
import { type OrderItem, readItems } from '../flows/order-items.ts'
import type { Callback, Destination, Fixed, FromMember } from '../flows/provider-flow.ts'
import type { FoundFlow } from '../flows/provider-flows.ts'
import type { ChosenCallback } from '../provider-session.ts'
import { type LaunchRequest, member } from './read-launch-request.ts'

type InitialValues = LaunchRequest['initialValues']

/**
 * What a flow makes of the values that a client has sent. An amount that is a JSON number is read by its value, however
 * it was written.
 *
 * @throws {Problem} `invalid-request` with a text that names the member.
 */
export function launchOfFlow(
  tenant: number,
  { flow: { flow, ...settings }, signingSecret }: FoundFlow,
  { initialValues, numbers }: Pick<LaunchRequest, 'initialValues' | 'numbers'>,
): {
  readonly launch: Launch
  readonly callback?: ChosenCallback
  readonly items?: readonly OrderItem[]
} {
  if (cardTokenIn(initialValues) !== undefined) {
    throw new Problem('invalid-request', 'cardToken is not possible here: the customer enters the card.')
  }
  const { entry, lifetimeSeconds, callback, returnTo } = settings
  const order = readOrder(settings.initialValues, flow.purpose, { initialValues, numbers })
  const { items: itemMembers, amounts } = settings.initialValues
  const items = itemMembers && readItems(itemMembers, amounts, order, { initialValues, numbers })
  const returnUrl = returnTo && destination(returnTo, initialValues)
  return {
    launch: {
      tenant,
      flow: { ...flow, lifetimeSeconds },
      order,
      initialValues,
      entry,
      caller: 'no-call',
      ...(returnUrl !== undefined && { returnUrl }),
    },
    ...(callback && chosenCallback(callback, signingSecret, initialValues)),
    ...(items && callback?.each === 'item' && { items }),
  }
}

function readOrder(
  members: FoundFlow['flow']['initialValues'],
  purpose: Purpose,
  { initialValues: values, numbers }: Pick<LaunchRequest, 'initialValues' | 'numbers'>,
): Order {
  const currency = textOf(members.currency, values)?.toUpperCase()
  if (currency === undefined) throw wrongValue(members.currency, 'is missing')
  if (!currencies.has(currency)) throw wrongValue(members.currency, 'is not an ISO 4217 currency code')
  const written = textOf(members.amount, { ...values, ...numbers }) ?? ''
  const amount = readOrderAmount(written, { currency, purpose, amounts: members.amounts })
  if ('wrong' in amount) throw wrongValue(members.amount, amount.wrong)
  const reference = members.reference && textOf(members.reference, values)
  return { amountMinor: amount.minor, currency, ...(reference !== undefined && { reference }) }
}

function textOf(from: FromMember | Fixed, values: InitialValues): string | undefined {
  if ('fixed' in from) return from.fixed
  const value = member(values, from.member)
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}

function wrongValue(from: FromMember | Fixed, fault: string): Problem {
  const name = 'member' in from ? `InitialValues.${from.member}` : 'The flow’s fixed amount'
  return new Problem('invalid-request', `${name} ${fault}.`)
}

function chosenCallback(
  { to, format, template, amounts, privateAddresses }: Callback,
  signingSecret: string | undefined,
  values: InitialValues,
): { readonly callback?: ChosenCallback } {
  const url = destination(to, values)
  if (url === undefined) return {}
  const chosen = { url, format, template, amounts, privateAddresses }
  return { callback: { ...chosen, ...(signingSecret !== undefined && { signingSecret }) } }
}

/** A URL of the flow, or of the launch where it is of an origin that the flow names. */
function destination(to: Destination, values: InitialValues): string | undefined {
  if ('url' in to) return to.url
  const written = textOf(to, values)
  if (written === undefined) return undefined
  const url = URL.canParse(written) ? new URL(written) : undefined
  const isAllowed = url && to.origins.some((origin) => isOfOrigin(url, origin))
  if (isAllowed && url.username === '' && url.password === '') return url.href
  throw wrongValue(to, 'has an origin that the flow does not allow')
}

/** `http://localhost:*` is the host at every port. */
function isOfOrigin({ origin, protocol, hostname }: URL, allowed: string): boolean {
  return allowed.endsWith(':*') ? `${protocol}//${hostname}:*` === allowed : origin === allowed
}
