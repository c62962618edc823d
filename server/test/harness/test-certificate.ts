import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

/**
 * A self-made certificate for 127.0.0.1, in PEM, with its key. Node makes keys and no certificates; the few bytes of
 * DER (ITU-T X.690, RFC 5280) that one is made of are written here, so that no key lies in the repository and no other
 * program is needed.
 */
export function testCertificate({
  from,
  until,
  subject,
}: {
  /** Milliseconds since the epoch; so is `until`. */
  readonly from: number
  readonly until: number
  /** Whose certificate it is, where that is not who signs it. */
  readonly subject?: KeyObject
}): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const signed = toBeSigned({ from, until, publicKey: subject ?? publicKey })
  const signature = sign('sha256', signed, privateKey)
  const certificate = sequence(signed, ecdsaWithSha256, bits(signature))
  const lines = certificate.toString('base64').replace(/.{64}/g, '$&\n')
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  }
}

function toBeSigned({
  from,
  until,
  publicKey,
}: {
  readonly from: number
  readonly until: number
  readonly publicKey: KeyObject
}): Buffer {
  const address = element(0x87, Buffer.from([127, 0, 0, 1]))
  const alternativeNames = sequence(element(0x06, oid.subjectAltName), element(0x04, sequence(address)))
  return sequence(
    element(0xa0, element(0x02, Buffer.from([2]))),
    element(0x02, Buffer.from([1])),
    ecdsaWithSha256,
    name,
    sequence(time(from), time(until)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    element(0xa3, sequence(alternativeNames)),
  )
}

const oid = {
  ecdsaWithSha256: Buffer.from('2a8648ce3d040302', 'hex'),
  commonName: Buffer.from('550403', 'hex'),
  subjectAltName: Buffer.from('551d11', 'hex'),
}
const ecdsaWithSha256 = sequence(element(0x06, oid.ecdsaWithSha256))
const name = sequence(
  element(0x31, sequence(element(0x06, oid.commonName), element(0x0c, Buffer.from('127.0.0.1')))),
)

/** A GeneralizedTime. */
const time = (at: number): Buffer =>
  element(0x18, Buffer.from(`${new Date(at).toISOString().replace(/\.\d+|[-:T]/g, '')}`))

function bits(value: Buffer): Buffer {
  return element(0x03, Buffer.concat([Buffer.from([0]), value]))
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return element(0x30, Buffer.concat(parts))
}

function element(tag: number, content: Buffer): Buffer {
  const { length } = content
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...head]), content])
}
