import type { KeyObject } from 'node:crypto'
import type { Outgoing, OutgoingAnswer, OutgoingRequest } from '../../../../base/outgoing/outgoing.ts'
import { type CybersourceSettings, defaultSettings } from '../cybersource-settings.ts'
import { bearerToken } from './bearer-token.ts'
import { decryptedBody, encryptedBody, privateKeyIn, recipientIn } from './message-encryption.ts'
import { signRequest } from './sign-request.ts'

/** Encrypts for itself what it takes, and takes nothing that is encrypted besides. */
const isOfFlex = ({ url }: OutgoingRequest): boolean => url.pathname.startsWith('/flex/')

/**
 * The way to CyberSource: encrypts bodies where there is a certificate for it, authenticates what leaves, and decrypts
 * what comes back. It stands below what masks card numbers, so that an answer is masked when it can be read.
 *
 * @param newId of a token: random.
 * @throws {NotSent} before anything has left, when a certificate or a key cannot be read.
 */
export function authenticatedSend(
  { responseKeyId, ...given }: CybersourceSettings,
  { send, now, newId }: { readonly send: Outgoing; readonly now: () => number; readonly newId: () => string },
): Outgoing {
  const { requestCertificate, responseKey, authentication = defaultSettings.authentication } = given
  // Nothing may be encrypted to a key that is not there.
  const settings = { ...given, ...(responseKey && responseKeyId && { responseKeyId }) }
  const isByToken = authentication === 'jwt'
  const recipient = once(() => requestCertificate && isByToken && recipientIn(requestCertificate))
  const ownKey = once((): KeyObject | '' | undefined => responseKey && privateKeyIn(responseKey))

  return async (request) => {
    try {
      return await exchange(request)
    } finally {
      if (request.wipeBody) request.body?.fill(0)
    }
  }

  async function exchange(request: OutgoingRequest): Promise<OutgoingAnswer> {
    const key = ownKey()
    const sealed = await sealedFor(request)
    const { url, method, body, headers } = sealed
    const asked = { method, url, now: now(), ...(body && { body }) }
    const answer = await send({
      ...sealed,
      headers: {
        ...headers,
        ...(isByToken
          ? { authorization: `Bearer ${bearerToken(settings, { ...asked, id: newId() })}` }
          : signRequest(settings, asked)),
      },
    })
    return key ? { ...answer, body: await decryptedBody(answer.body, key) } : answer
  }

  /** The request with its body encrypted; the body that it had is overwritten at once. */
  async function sealedFor(request: OutgoingRequest): Promise<OutgoingRequest> {
    const { body, wipeBody, ...rest } = request
    const to = recipient()
    if (!to || !body || isOfFlex(request)) return request
    const encrypted = await encryptedBody(body, to, now())
    body.fill(0)
    return { ...rest, body: encrypted }
  }
}

function once<Value>(read: () => Value): () => Value {
  let known: { readonly value: Value } | undefined
  return () => {
    known ??= { value: read() }
    return known.value
  }
}
