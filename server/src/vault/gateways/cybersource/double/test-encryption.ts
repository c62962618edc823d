import { constants, createDecipheriv, generateKeyPairSync, type KeyObject, privateDecrypt } from 'node:crypto'
import { CompactEncrypt } from 'jose'
import { testCertificate } from '../../../../../test/harness/test-certificate.ts'
import { jsonIn, textIn } from '../../json-answer.ts'

/** CyberSource's key for what it is sent, and the merchant's for what it is answered; each with what the settings have of it. */
export function createTestKeys() {
  const vendor = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const merchant = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const [from, until] = [Date.UTC(2020, 0), Date.UTC(2060, 0)]
  return {
    vendor,
    merchant,
    settings: {
      requestCertificate: testCertificate({ from, until, subject: vendor.publicKey }).cert,
      responseKeyId: '1700000000000000000001',
      responseKey: merchant.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    },
  }
}

export type TestKeys = ReturnType<typeof createTestKeys>

/** What an encrypted request holds; `undefined` when it is none. */
export function requestIn(body: Buffer, key: KeyObject): Buffer | undefined {
  const jwe = textIn(jsonIn(body), 'encryptedRequest')
  return jwe === undefined ? undefined : opened(jwe, key)
}

export async function encryptedAnswer(body: unknown, key: KeyObject): Promise<object> {
  const jwe = await new CompactEncrypt(Buffer.from(JSON.stringify(body)))
    .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256GCM' })
    .encrypt(key)
  return { encryptedResponse: jwe }
}

/** A JWE by RSA-OAEP and A256GCM (RFC 7516 §5.2), opened without the library that made it. */
export function opened(jwe: string, key: KeyObject): Buffer {
  const [header = '', cek = '', iv = '', text = '', tag = ''] = jwe.split('.')
  const bytes = (part: string) => Buffer.from(part, 'base64url')
  const oaepHash = jsonIn(bytes(header))?.alg === 'RSA-OAEP-256' ? 'sha256' : 'sha1'
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  const secret = privateDecrypt({ key, padding, oaepHash }, bytes(cek))
  const content = createDecipheriv('aes-256-gcm', secret, bytes(iv))
  content.setAAD(Buffer.from(header)).setAuthTag(bytes(tag))
  return Buffer.concat([content.update(bytes(text)), content.final()])
}
