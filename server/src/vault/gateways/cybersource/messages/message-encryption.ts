import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import { CompactEncrypt, compactDecrypt } from 'jose'
import { NotSent } from '../../../model/gateway.ts'
import { jsonIn, textIn } from '../../json-answer.ts'

/** CyberSource's certificate, and the name that it knows it by. */
interface Recipient {
  readonly key: KeyObject
  readonly kid: string
}

/**
 * Reads the certificate that requests are encrypted to. Its name is the serial number of its subject; of the certificate
 * itself where the subject has none.
 *
 * @throws {NotSent} when it is none.
 */
export function recipientIn(pem: string): Recipient {
  try {
    const certificate = new X509Certificate(pem)
    const named = /^serialNumber=(\S+)$/m.exec(certificate.subject)?.[1]
    return {
      key: createPublicKey(certificate.publicKey.export({ type: 'spki', format: 'pem' })),
      kid: named ?? certificate.serialNumber.toLowerCase(),
    }
  } catch (error) {
    throw new NotSent('The certificate for encrypting requests cannot be read.', { cause: error })
  }
}

/** @throws {NotSent} when it is none. */
export function privateKeyIn(pem: string): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch (error) {
    throw new NotSent('The key for decrypting answers cannot be read.', { cause: error })
  }
}

/**
 * A body as CyberSource's message-level encryption has it: a JWE (RFC 7516 §3.1) by RSA-OAEP-256 and A256GCM.
 *
 * @param body not changed, and never made a text.
 * @throws {NotSent}
 */
export async function encryptedBody(body: Uint8Array, to: Recipient, now: number): Promise<Buffer> {
  try {
    return Buffer.from(JSON.stringify({ encryptedRequest: await jweOf(body, to, now) }))
  } catch (error) {
    throw new NotSent('A request cannot be encrypted with the certificate.', { cause: error })
  }
}

async function jweOf(body: Uint8Array, { key, kid }: Recipient, now: number): Promise<string> {
  return new CompactEncrypt(body)
    .setProtectedHeader({
      alg: 'RSA-OAEP-256',
      enc: 'A256GCM',
      cty: 'JWT',
      kid,
      iat: Math.floor(now / 1000),
    })
    .encrypt(key)
}

/** What an answer holds when it is encrypted to our key; as it came where it is not, or cannot be read. */
export async function decryptedBody(body: Buffer, key: KeyObject): Promise<Buffer> {
  const json = jsonIn(body)
  const jwe = json && Object.keys(json).length === 1 ? textIn(json, 'encryptedResponse') : undefined
  if (jwe === undefined) return body
  try {
    const { plaintext } = await compactDecrypt(jwe, key, {
      keyManagementAlgorithms: ['RSA-OAEP-256', 'RSA-OAEP'],
      contentEncryptionAlgorithms: ['A256GCM', 'A128GCM'],
    })
    return Buffer.from(plaintext.buffer, plaintext.byteOffset, plaintext.byteLength)
  } catch {
    return body
  }
}
