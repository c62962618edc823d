import { declineReasons } from '@tonegate/protocol/outcome'
import { type Static, type TSchema, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { FollowUpAnswer, GatewayAnswer, GatewayChallenge, NotFound } from '../../model/gateway.ts'
import { UnclearAnswer } from '../ask-gateway.ts'
import type { Json } from '../json-answer.ts'

/** Without control characters. */
const printable = '^[^\\u0000-\\u001f\\u007f-\\u009f]*$'

const text = (most: number) => Type.String({ minLength: 1, maxLength: most, pattern: printable })
const name = '^[A-Za-z][A-Za-z0-9_.-]{0,63}$'

/** Minor units of an ISO 4217 currency: 1240 EUR is 12.40 €. */
export const moneySchema = Type.Object({
  amountMinor: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  currency: Type.String({ pattern: '^[A-Z]{3}$' }),
})

const said = {
  gatewayCode: Type.Optional(text(64)),
  details: Type.Optional(
    Type.Record(Type.String({ pattern: name }), Type.String({ maxLength: 256, pattern: printable }), {
      maxProperties: 40,
      additionalProperties: false,
    }),
  ),
}

const authorised = {
  gatewayReference: text(128),
  amount: moneySchema,
  captured: Type.Boolean(),
  token: Type.Optional(text(256)),
  ...said,
}

const approved = Type.Object({
  status: Type.Literal('approved'),
  authorisationCode: text(32),
  ...authorised,
})
const review = Type.Object({
  status: Type.Literal('review'),
  authorisationCode: Type.Optional(text(32)),
  ...authorised,
})
const declined = Type.Object({
  status: Type.Literal('declined'),
  reason: Type.Enum([...declineReasons]),
  gatewayReference: Type.Optional(text(128)),
  ...said,
})
const failed = Type.Object({
  status: Type.Literal('error'),
  gatewayReference: Type.Optional(text(128)),
  ...said,
  gatewayCode: text(64),
})
const challenge = Type.Object({
  status: Type.Literal('challenge'),
  challenge: Type.Object({
    url: Type.String({ pattern: '^https?://', maxLength: 2048 }),
    /** `get`: the fields become the query. `post` unless said. */
    method: Type.Optional(Type.Enum(['get', 'post'])),
    fields: Type.Record(Type.String({ pattern: name }), Type.String({ maxLength: 16_384 }), {
      maxProperties: 20,
      additionalProperties: false,
    }),
  }),
})
const unknown = Type.Object({ status: Type.Literal('unknown') })
/** The gateway has no payment with this key, for certain. */
const notFound = Type.Object({ status: Type.Literal('not-found') })
const done = Type.Object({ status: Type.Literal('done'), gatewayReference: Type.Optional(text(128)) })
const refused = Type.Object({ status: Type.Literal('refused'), gatewayCode: text(64) })

const verdicts = [approved, review, declined, failed] as const

/** What an endpoint answers, by what it was asked. Members beyond these are not read. */
export const answerSchemas = {
  authorise: Type.Union([...verdicts, challenge]),
  'authorise-kept': Type.Union([...verdicts, challenge]),
  'complete-challenge': Type.Union([...verdicts]),
  reconcile: Type.Union([...verdicts, challenge, unknown, notFound]),
  capture: Type.Union([done, refused]),
  void: Type.Union([done, refused]),
  refund: Type.Union([done, refused]),
}

export const readAuthorisation: (answer: Json) => GatewayAnswer | GatewayChallenge = reader(
  answerSchemas.authorise,
)
export const readCompletion: (answer: Json) => GatewayAnswer = reader(answerSchemas['complete-challenge'])
export const readReconciliation: (
  answer: Json,
) => GatewayAnswer | GatewayChallenge | NotFound | { readonly status: 'unknown' } = reader(
  answerSchemas.reconcile,
)
export const readFollowUp: (answer: Json) => FollowUpAnswer = reader(answerSchemas.capture)

/** @throws {UnclearAnswer} of what it returns: when an answer is not what the schema says. */
function reader<const Schema extends TSchema & { readonly anyOf: readonly TSchema[] }>(schema: Schema) {
  const variants = schema.anyOf.map((each) => ({ each, check: Compile(each) }))
  return (answer: Json): Static<Schema> => {
    const variant = variants.find(({ check }) => check.Check(answer))
    if (!variant) throw new UnclearAnswer('it does not conform to the schema')
    return known(variant.each, answer) as Static<Schema>
  }
}

/** An object without the members that its schema does not name. */
function known(schema: TSchema, value: unknown): unknown {
  const { properties } = schema as { readonly properties?: Readonly<Record<string, TSchema>> }
  if (!properties) return value
  return Object.fromEntries(
    Object.entries(value as object)
      .filter(([member]) => Object.hasOwn(properties, member))
      .map(([member, each]) => [member, known(properties[member] ?? {}, each)]),
  )
}
