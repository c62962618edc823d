import { createHmac, randomUUID } from 'node:crypto'
import { Compile } from 'typebox/compile'
import type { Money } from '../../../model/gateway.ts'
import { type Purpose, takesMoney } from '../../../model/launch.ts'
import { type DoubleAnswer, type DoubleRequest, startGatewayDouble } from '../../test-double.ts'
import { createTestLedger } from '../../test-ledger.ts'
import { type ConnectorOperation, requestSchemas } from '../connector-request.ts'

export const connectorSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

/** Cards that are not simply approved. */
export const connectorCards = {
  approved: '4242424242424242',
  declined: '4000000000000002',
  asksTheBank: '4000002760003184',
  reviewed: '4000000000009235',
  /** A half of the sum is authorised, and the endpoint says so. */
  hasAHalf: '4000000000000259',
} as const

/** What it calls the card that it keeps. */
const keptCard = 'card-1'

interface Asked {
  readonly operation: ConnectorOperation
  readonly idempotencyKey: string
  readonly purpose: Purpose
  readonly channel: 'moto' | 'ecommerce'
  readonly amount: Money
  readonly card?: { readonly number: string }
  readonly token?: string
  readonly answer?: Readonly<Record<string, string>>
  readonly gatewayReference: string
}

/** What the double knows. */
type ConnectorState = ReturnType<typeof createState>

const createState = (repeats: 'card-number' | 'last-4') => ({
  repeats,
  ledger: createTestLedger(),
  waiting: new Map<string, Asked>(),
  /** What the bank calls its question to the customer of a payment; it answers by that. */
  questions: new Map<string, string>(),
})

export type ConnectorDouble = Awaited<ReturnType<typeof startConnectorDouble>>

/** A merchant's endpoint: it checks signature and schema as the documents say, and keeps a ledger. */
export async function startConnectorDouble({
  tls,
  repeats = 'card-number',
}: {
  /** What of the card its approvals tell. */
  readonly repeats?: 'card-number' | 'last-4'
  readonly tls?: { readonly key: string; readonly cert: string }
} = {}) {
  const state = createState(repeats)
  const answers = new Map<string, unknown>()
  const refusals: string[] = []

  function answer(request: DoubleRequest): DoubleAnswer {
    const wrong = wrongIn(request)
    if (wrong) {
      refusals.push(wrong)
      return { status: 401, body: { error: wrong } }
    }
    const asked = JSON.parse(request.body.toString()) as Asked
    const before = answers.get(asked.idempotencyKey)
    if (asked.operation === 'reconcile')
      return ok(before ?? questionOf(state, asked.idempotencyKey) ?? { status: 'not-found' })
    if (before) return ok(before)
    const made = carryOut(state, asked)
    if (!('status' in made) || made.status !== 'challenge') answers.set(asked.idempotencyKey, made)
    return ok(made)
  }

  const double = await startGatewayDouble({ answer, ...(tls && { tls }) })
  return { ...double, ledger: state.ledger, refusals }
}

function carryOut(state: ConnectorState, asked: Asked): object {
  const { operation, idempotencyKey: key, amount, gatewayReference: reference } = asked
  switch (operation) {
    case 'authorise':
      return asked.card?.number === connectorCards.asksTheBank && asked.channel === 'ecommerce'
        ? challenge(state, asked)
        : authorise(state, asked)
    case 'authorise-kept':
      return asked.token === keptCard
        ? authorise(state, asked)
        : { status: 'declined', reason: 'invalid-card-number' }
    case 'complete-challenge': {
      const order = state.waiting.get(key)
      if (!order) return { status: 'error', gatewayCode: 'no-such-payment' }
      const { reference, decision } = asked.answer ?? {}
      if (decision === 'confirmed' && reference === state.questions.get(key)) return authorise(state, order)
      return { status: 'declined', reason: 'authentication-failed' }
    }
    default: {
      const { amountMinor } = amount
      const done = state.ledger[operation as 'capture' | 'void' | 'refund']({ key, reference, amountMinor })
      return done === 'done' ? { status: 'done' } : { status: 'refused', gatewayCode: 'not-possible' }
    }
  }
}

function challenge({ waiting, questions }: ConnectorState, asked: Asked): object {
  waiting.set(asked.idempotencyKey, asked)
  const reference = questions.get(asked.idempotencyKey) ?? `question-${questions.size + 1}`
  questions.set(asked.idempotencyKey, reference)
  return askedByBank(reference)
}

function questionOf({ questions }: ConnectorState, key: string): object | undefined {
  const reference = questions.get(key)
  return reference === undefined ? undefined : askedByBank(reference)
}

function authorise(
  { ledger, repeats }: ConnectorState,
  { idempotencyKey: key, purpose, amount: ordered, card }: Asked,
): object {
  if (card?.number === connectorCards.declined) {
    return { status: 'declined', reason: 'insufficient-funds', gatewayCode: '51' }
  }
  const isHalf = card?.number === connectorCards.hasAHalf
  const amount = isHalf ? { ...ordered, amountMinor: Math.floor(ordered.amountMinor / 2) } : ordered
  const status = card?.number === connectorCards.reviewed ? 'review' : 'approved'
  const reference = randomUUID()
  const captured = purpose === 'charge'
  const moves = takesMoney(purpose) && amount.amountMinor > 0
  if (moves) ledger.authorise({ key, reference, amount, captured })
  return {
    status,
    gatewayReference: reference,
    authorisationCode: 'A1B2C3',
    amount,
    captured,
    ...(purpose === 'tokenise' && { token: keptCard }),
    details: {
      bank: 'Harbour Bank',
      ...(card && { cardNumber: repeats === 'last-4' ? card.number.slice(-4) : card.number }),
    },
  }
}

const askedByBank = (reference: string): object => ({
  status: 'challenge',
  challenge: { url: 'https://bank.example.com/ask', fields: { reference } },
})

const ok = (body: unknown): DoubleAnswer => ({ status: 200, body })

const checks = Object.fromEntries(
  Object.entries(requestSchemas).map(([operation, schema]) => [operation, Compile(schema)]),
)

/** What is wrong with a request, as Standard Webhooks and the schema have it. */
function wrongIn({ headers, body }: DoubleRequest): string | undefined {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = headers
  const key = Buffer.from(connectorSecret.slice('whsec_'.length), 'base64')
  const right = createHmac('sha256', key)
    .update(Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]))
    .digest('base64')
  if (!signature?.split(' ').includes(`v1,${right}`)) return 'signature'
  const asked = JSON.parse(body.toString())
  if (!checks[asked.operation]?.Check(asked)) return 'schema'
  return headers['idempotency-key'] === asked.idempotencyKey ? undefined : 'key'
}
