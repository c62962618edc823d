import { createHash } from 'node:crypto'
import { Type } from 'typebox'
import { majorAmount } from '../../base/money/major-amount.ts'
import { checkLimit, readSum } from '../amount-limits.ts'
import { choice } from '../choice.ts'
import { paymentFacts, paymentFactsOf } from '../payment-view.ts'
import type { Tool, ToolCall, ToolParts } from '../tool.ts'
import { ToolFault } from '../tool-fault.ts'
import { sessionArgument, sessionId } from './session-id.ts'

const inPart = Type.Object(
  {
    session_id: sessionId,
    amount: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 40,
        description: 'In major units, as a text; without it, all of it.',
      }),
    ),
    repeat: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 20,
        description:
          'Counts further ones of the same amount: 1 for the second. Without it the same call does nothing twice.',
      }),
    ),
  },
  { additionalProperties: false },
)

const output = Type.Object({
  status: choice(['succeeded', 'pending', 'failed', 'unknown'], {
    description:
      'pending: the gateway has not answered. Do not repeat it; look at it later with explain_payment_session.',
  }),
  payment: Type.Optional(paymentFacts),
})

type Kind = 'refund' | 'capture' | 'void'

const texts: Readonly<Record<Kind, { readonly title: string; readonly description: string }>> = {
  refund: {
    title: 'Refund a payment',
    description:
      'Refunds a captured payment to the card, in full or in part. It cannot be undone. Only when a person has agreed to it.',
  },
  capture: {
    title: 'Capture a payment',
    description: 'Charges an amount that is held, once; the rest is released. It cannot be undone.',
  },
  void: {
    title: 'Void a payment',
    description: 'Releases the whole amount that is held. It cannot be undone.',
  },
}

const annotations = { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true }

/** Refunds or captures a payment, all or a part of it. */
export const moveMoney = (
  kind: 'refund' | 'capture',
  parts: ToolParts,
): Tool<typeof inPart, typeof output> => ({
  ...texts[kind],
  ...{ name: `${kind}_payment`, annotations, input: inPart, output },
  run: (sent, call) => order(kind, { ...sent, parts }, call),
})

/** Releases all that is held. */
export const voidPayment = (parts: ToolParts): Tool<typeof sessionArgument, typeof output> => ({
  ...texts.void,
  ...{ name: 'void_payment', annotations, input: sessionArgument, output },
  run: (sent, call) => order('void', { ...sent, parts }, call),
})

interface Sent {
  readonly session_id: string
  readonly amount?: string | undefined
  readonly repeat?: number | undefined
  readonly parts: ToolParts
}

async function order(kind: Kind, { session_id, amount, repeat = 0, parts }: Sent, { signal }: ToolCall) {
  const { api, settings } = parts
  const path = `/v1/session/${session_id.toLowerCase()}`
  const payment = paymentFactsOf(await api({ method: 'GET', path: `${path}/payment`, signal }))
  if (!payment)
    throw new ToolFault('There is no payment in this session.', 'Look at it with explain_payment_session.')
  const { currency } = payment
  const whole = kind === 'refund' ? payment.refundable : payment.authorized
  const sum = amount === undefined ? undefined : readSum(amount, currency, settings.limits)
  if (!sum && whole !== undefined && settings.limits) checkLimit(sumOf(whole, currency), settings.limits)
  // However a model writes it, it is the same sum, and the same order.
  const written = sum && majorAmount(sum)
  const idempotencyKey = `mcp-${createHash('sha256')
    .update(JSON.stringify([kind, path, written ?? 'all', repeat]))
    .digest('hex')}`
  const body = { ...(written !== undefined && { amount: written }) }
  const answer = await api({ method: 'POST', path: `${path}/${kind}`, body, idempotencyKey, signal })
  const status = (answer.operation as { readonly status?: unknown } | undefined)?.status
  const after = paymentFactsOf(answer.payment)
  return {
    status: statuses.find((each) => each === status) ?? ('unknown' as const),
    ...(after && { payment: after }),
  }
}

const statuses = ['succeeded', 'pending', 'failed'] as const

/** Of a sum as the API writes it. */
const sumOf = (amount: string, currency: string) =>
  /[1-9]/.test(amount) ? readSum(amount, currency, undefined) : { amountMinor: 0, currency }
