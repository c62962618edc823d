import { createHash } from 'node:crypto'
import { type Static, type TString, Type } from 'typebox'
import { majorAmount } from '../../base/money/major-amount.ts'
import { readSum } from '../amount-limits.ts'
import { ApiFault } from '../answers.ts'
import { choice } from '../choice.ts'
import { factsOf, type SessionFacts } from '../session-view.ts'
import type { Tool, ToolParts } from '../tool.ts'
import { ToolFault } from '../tool-fault.ts'
import { linkSent } from '../words.ts'
import { explained, explainedSession } from './explained.ts'

const name = { minLength: 1, maxLength: 100, pattern: '^[^0-9]*$' } as const

const inputBeside = (agent: Readonly<Record<string, TString>>) =>
  Type.Object(
    {
      ...agent,
      by: choice(['keypad', 'link'], {
        description:
          'keypad: the customer is on your call and enters the card there. link: the customer pays on a page, whose link is sent.',
      }),
      amount: Type.String({
        minLength: 1,
        maxLength: 40,
        description: 'In major units, as a text: 12.40. Confirm it with the customer first.',
      }),
      currency: Type.String({ pattern: '^[A-Za-z]{3}$', description: 'ISO 4217, such as GBP.' }),
      reference: Type.String({
        pattern: '^[A-Za-z0-9][A-Za-z0-9._/-]{0,49}$',
        description:
          'Of the order or invoice. One reference is paid once: another payment needs another one.',
      }),
      first_name: Type.Optional(Type.String(name)),
      last_name: Type.Optional(Type.String(name)),
      email: Type.Optional(
        Type.String({
          pattern: '^[^\\s@]+@[^\\s@]+$',
          maxLength: 254,
          description: 'Where the link is sent.',
        }),
      ),
      phone: Type.Optional(
        Type.String({
          pattern: '^\\+[1-9][0-9]{6,14}$',
          description: 'Where the link is sent, as +447700900123.',
        }),
      ),
    },
    { additionalProperties: false },
  )

/** Where the settings name no agent, the model does. */
const inputs = {
  agentKnown: inputBeside({}),
  agentNamed: inputBeside({
    agent_id: Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'The agent whose call it is, as the phone system knows you.',
    }),
  }),
} as const

type Input = Static<typeof inputs.agentKnown> & { readonly agent_id?: string }

const output = Type.Object({
  ...explainedSession.properties,
  repeated: Type.Boolean({
    description: 'Whether it had been opened before, by the same arguments: no second one was opened.',
  }),
  link: Type.Optional(
    Type.String({ description: 'The customer’s payment page. Only where the operator allows it.' }),
  ),
})

/**
 * Opens a session, once for its agent, sum and reference: a model that repeats itself gets the same one, also after this
 * server was started again. Only when that has ended without a payment is another one opened.
 */
export function openSession(parts: ToolParts): Tool<typeof inputs.agentKnown, typeof output> {
  return {
    name: 'open_payment_session',
    title: 'Open a payment session',
    description:
      'Opens a card payment. The customer enters the card on the keypad of the phone, which nobody hears, or on a page behind a link. ' +
      'You get no card data and must not ask for any. Confirm amount and currency with the customer first.',
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: true },
    input: inputs[parts.settings.agentId === undefined ? 'agentNamed' : 'agentKnown'],
    output,
    run(sent, { signal }) {
      const order = orderOf(sent as Input, parts)
      return parts.onOrder(order.identity.join('\n'), () => openOnce(order, parts, signal))
    },
  }
}

async function openOnce(order: Order, parts: ToolParts, signal: AbortSignal): Promise<Static<typeof output>> {
  const { api, own, links } = parts
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const key = keyOf(order, attempt)
    const before = own.openedBy(key)
    const { guid, link } = before ? { guid: before, link: undefined } : await open(order, key, parts, signal)
    own.add(guid)
    const facts = factsOf(await api({ method: 'GET', path: `/v1/session/${guid}`, signal }))
    if (mayBePaid(facts)) return { ...explained(facts), ...paidAlready(facts), repeated: true }
    if (facts.ended) {
      own.add(guid, key)
      continue
    }
    if (order.to && !before) await sendLink(guid, order.to, parts, signal)
    own.add(guid, key)
    return {
      ...explained(facts),
      ...(order.to && linkWords(before)),
      repeated: !!before,
      ...(links === 'shown' && link && { link }),
    }
  }
  throw new ToolFault('This payment was tried too often under its reference.', 'Pass the call to a person.')
}

const linkWords = (before: string | undefined) =>
  before
    ? {
        next: 'Follow it with follow_payment_session; resend_payment_link sends its link again or elsewhere.',
      }
    : { say: linkSent }

/** Each ended without a payment. It also bounds how many cards a caller can try out. */
const maxAttempts = 5

interface Order {
  readonly path: '/v1/session' | '/v1/digitalsession'
  /** By which it is the same payment. */
  readonly identity: readonly string[]
  readonly body: object
  /** Where the link goes. */
  readonly to?: { readonly channel: 'email' | 'sms'; readonly to: string }
}

function orderOf(sent: Input, { settings }: ToolParts): Order {
  const sum = readSum(sent.amount, sent.currency, settings.limits)
  const agentId = settings.agentId ?? sent.agent_id ?? ''
  const amount = majorAmount(sum)
  const paymentData = {
    Amount: amount,
    Currency: sum.currency,
    MerchantReferenceCode: sent.reference,
    ...(sent.first_name && { FirstName: sent.first_name }),
    ...(sent.last_name && { Surname: sent.last_name }),
    ...(sent.email && { Email: sent.email }),
    ...(sent.phone && { CustomerPhoneNumber: sent.phone }),
  }
  return {
    path: sent.by === 'link' ? '/v1/digitalsession' : '/v1/session',
    identity: [settings.configurationId.toString(), agentId, sent.by, amount, sum.currency, sent.reference],
    body: { agentId, paymentData, accountConfigurationId: settings.configurationId },
    ...(sent.by === 'link' && { to: addressOf(sent) }),
  }
}

function addressOf({ email, phone }: Input): { readonly channel: 'email' | 'sms'; readonly to: string } {
  if (email && !phone) return { channel: 'email', to: email }
  if (phone && !email) return { channel: 'sms', to: phone }
  throw new ToolFault(
    'A payment by link needs either email or phone.',
    'Ask the customer where the link is to be sent, and give one of the two.',
  )
}

/** The same for the same payment, in every process. */
const keyOf = ({ identity }: Order, attempt: number): string =>
  `mcp-${createHash('sha256')
    .update(JSON.stringify([...identity, attempt]))
    .digest('hex')}`

async function open(
  { path, body }: Order,
  idempotencyKey: string,
  { api, own, settings }: ToolParts,
  signal: AbortSignal,
): Promise<{ readonly guid: string; readonly link: string | undefined }> {
  try {
    const answer = await api({ method: 'POST', path, body, idempotencyKey, signal })
    const { session_id: guid } = factsOf(answer)
    const { paymentFormUrl } = answer
    return { guid, link: typeof paymentFormUrl === 'string' ? paymentFormUrl : undefined }
  } catch (error) {
    if (!(error instanceof ApiFault && error.sessionGuid)) throw error
    // It is on the call of this server’s own agent; of other agents’ calls it ends none.
    if (settings.agentId !== undefined) own.add(error.sessionGuid)
    throw new ToolFault(error.message, `Its session_id is ${error.sessionGuid}.`)
  }
}

async function sendLink(
  guid: string,
  to: NonNullable<Order['to']>,
  { api }: ToolParts,
  signal: AbortSignal,
): Promise<void> {
  try {
    await api({
      method: 'POST',
      path: `/v1/digitalsession/${guid}/resend`,
      body: { ...to, unlessSent: true },
      signal,
    })
  } catch (error) {
    if (!(error instanceof ToolFault)) throw error
    throw new ToolFault(
      `The session ${guid} is open, but its link was not sent: ${error.message}`,
      'Use resend_payment_link for it, and open no other one.',
    )
  }
}

/** As far as can be told: nobody is charged twice because a result was removed. */
const mayBePaid = ({ ended, outcome, state }: SessionFacts): boolean =>
  ended && (outcome ? paidOutcomes.has(outcome) : state === 'Finished' || state === 'Error')

const paidOutcomes: ReadonlySet<string> = new Set(['approved', 'review', 'unknown'])

function paidAlready(facts: SessionFacts): Pick<Static<typeof output>, 'meaning' | 'next'> {
  const { meaning, next } = explained(facts)
  return {
    meaning: `A payment with this reference was opened before, and no second one was opened. ${meaning}`,
    next: `${next} If the customer wants to pay for something else, use its own reference.`,
  }
}
