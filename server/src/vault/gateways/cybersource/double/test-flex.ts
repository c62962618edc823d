import { generateKeyPairSync } from 'node:crypto'
import { type Json, jsonIn, objectIn, objectOf, textIn } from '../../json-answer.ts'
import type { DoubleAnswer, DoubleRequest } from '../../test-double.ts'
import { opened } from './test-encryption.ts'
import { faultsOf } from './test-models.ts'

/** Made when a card is handed over first: it takes a while. */
let keyPair: ReturnType<typeof newKeyPair> | undefined
const newKeyPair = () => generateKeyPairSync('rsa', { modulusLength: 2048 })

function keys() {
  keyPair ??= newKeyPair()
  return keyPair
}

export type FlexDouble = ReturnType<typeof createFlexDouble>

/** The part of CyberSource that hands out keys for cards and keeps them for a quarter of an hour (Flex API). */
export function createFlexDouble({
  now,
  next,
}: {
  readonly now: () => number
  readonly next: (prefix: string) => string
}) {
  const cards = new Map<string, { readonly card: Readonly<Record<string, string>>; readonly until: number }>()

  function session(request: DoubleRequest): DoubleAnswer {
    if (faultsOf('flexSession', jsonIn(request.body)).length > 0) return flexFault
    const jwk = { ...keys().publicKey.export({ format: 'jwk' }), use: 'enc', kid: next('key') }
    return { status: 201, headers: { 'content-type': 'application/jwt' }, body: tokenOf({ flx: { jwk } }) }
  }

  function keep(request: DoubleRequest): DoubleAnswer {
    const { data, context } = jsonIn(opened(request.body.toString(), keys().privateKey)) ?? {}
    const card = objectIn(objectIn(objectOf(data), 'paymentInformation'), 'card')
    if (!card || typeof context !== 'string' || !/^\d{12,19}$/.test(String(card.number))) return flexFault
    const jti = next('1D')
    cards.set(jti, { card: card as Readonly<Record<string, string>>, until: now() + 900_000 })
    return {
      status: 201,
      headers: { 'content-type': 'application/jwt' },
      body: tokenOf({ jti, type: 'api-0.1.0' }),
    }
  }

  function cardOf(body: Json): Readonly<Record<string, string>> | undefined {
    const jti = textIn(objectIn(body, 'tokenInformation'), 'jti') ?? ''
    const kept = cards.get(jti)
    return kept && kept.until > now() ? kept.card : undefined
  }

  return { session, keep, cardOf }
}

const flexFault: DoubleAnswer = {
  status: 400,
  body: { responseStatus: { status: 400, reason: 'VALIDATION_ERROR' } },
}

/** A token of CyberSource's; nobody looks at its signature. */
const tokenOf = (claims: object): string =>
  `${encoded({ alg: 'RS256', kid: 'x' })}.${encoded({ iss: 'Flex API', ...claims })}.c2lnbmF0dXJl`

const encoded = (json: object): string => Buffer.from(JSON.stringify(json)).toString('base64url')
