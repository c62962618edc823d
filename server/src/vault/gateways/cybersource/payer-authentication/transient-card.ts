import { createPublicKey, type webcrypto } from 'node:crypto'
import { CompactEncrypt } from 'jose'
import { NoAnswer } from '../../../../base/outgoing/outgoing.ts'
import { NotSent } from '../../../model/gateway.ts'
import { jsonIn, objectIn, textIn } from '../../json-answer.ts'
import { secretBody } from '../../secret-body.ts'
import type { CybersourceCalls } from '../cybersource-calls.ts'

type Jwk = webcrypto.JsonWebKey & { readonly kid?: string }

/** What of a card is handed over; a security code is not asked for where it has none. */
const fields = {
  number: {},
  expirationMonth: {},
  expirationYear: {},
  securityCode: { required: false },
  type: { required: false },
}

/**
 * Hands a card over to CyberSource's Flex API, which keeps it for a quarter of an hour or until it is paid with: what comes
 * after that is asked for without the card. Its bytes go there encrypted to a key that is made for them alone, and are
 * overwritten.
 *
 * @param card as JSON.
 * @returns the name that it has then (`jti`).
 * @throws {NotSent} when it cannot be handed over: no payment has been asked for.
 */
export async function handOverCard(
  calls: CybersourceCalls,
  card: Buffer,
  signal: AbortSignal,
): Promise<string> {
  try {
    const session = await exchange(calls, {
      path: '/flex/v2/sessions',
      type: 'application/json;charset=utf-8',
      signal,
      body: Buffer.from(JSON.stringify({ fields: { paymentInformation: { card: fields } } })),
    })
    const jwk = objectIn(objectIn(claimsOf(session), 'flx'), 'jwk')
    if (!jwk) throw new NotSent('A card cannot be handed over: no key was given for it.')
    const token = await exchange(calls, {
      path: '/flex/v2/tokens',
      type: 'application/jwt;charset=utf-8',
      signal,
      body: Buffer.from(await sealedCard(card, { session, jwk: jwk as Jwk })),
    })
    const name = textIn(claimsOf(token), 'jti')
    if (name === undefined) throw new NotSent('A card cannot be handed over: it was given no name.')
    return name
  } finally {
    card.fill(0)
  }
}

async function exchange(
  calls: CybersourceCalls,
  request: Parameters<CybersourceCalls['exchange']>[0],
): Promise<string> {
  try {
    const { status, body } = await calls.exchange(request)
    if (status !== 200 && status !== 201) {
      throw new NotSent(`A card cannot be handed over: ${request.path} answers ${status}.`)
    }
    return body.toString().trim()
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error
    throw new NotSent(`A card cannot be handed over: ${error.fault}.`, { cause: error })
  }
}

/** By RSA-OAEP and A256GCM, as the Flex API has it. */
async function sealedCard(
  card: Buffer,
  { session, jwk }: { readonly session: string; readonly jwk: Jwk },
): Promise<string> {
  const clear = secretBody([
    '{"data":{"paymentInformation":{"card":',
    card,
    `}},"context":${JSON.stringify(session)},"index":0}`,
  ])
  try {
    return await new CompactEncrypt(clear)
      .setProtectedHeader({ alg: 'RSA-OAEP', enc: 'A256GCM', ...(jwk.kid !== undefined && { kid: jwk.kid }) })
      .encrypt(createPublicKey({ key: jwk, format: 'jwk' }))
  } catch (error) {
    throw new NotSent('A card cannot be handed over: its key cannot be read.', { cause: error })
  } finally {
    clear.fill(0)
  }
}

/** What a token says; its signature is not looked at: it came from CyberSource itself, by TLS. */
const claimsOf = (token: string) => jsonIn(Buffer.from(token.split('.')[1] ?? '', 'base64url'))
