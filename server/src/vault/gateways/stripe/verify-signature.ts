import { createHmac } from 'node:crypto'
import { isSameDigest } from '../../../base/signing/same-secret.ts'
import { Forged, type SentNotification } from '../../model/gateway.ts'

/** By how much the time of a signature may differ from ours, before and after (https://docs.stripe.com/webhooks#replay-attacks). */
const maxSecondsApart = 300

const maxSignatures = 20

/**
 * Checks `Stripe-Signature`: a time `t`, and of each secret that is valid at Stripe a `v1`, which is the HMAC-SHA256 of
 * the time, a full stop and the body. Other schemes do not count.
 *
 * @throws {Forged} when none is by one of our secrets, or the time is too far from ours.
 */
export function verifySignature({ headers, body, now }: SentNotification, secrets: readonly string[]): void {
  const parts = (headers['stripe-signature'] ?? '').split(',').map((part) => part.trim())
  const valuesOf = (scheme: string) =>
    parts.filter((part) => part.startsWith(`${scheme}=`)).map((part) => part.slice(scheme.length + 1))
  const [time = '', ...otherTimes] = valuesOf('t')
  if (otherTimes.length > 0 || !/^\d{1,12}$/.test(time)) throw new Forged('Its signature has no timestamp.')
  const signatures = valuesOf('v1').filter((each) => /^[0-9a-f]{64}$/.test(each))
  const right = secrets.map((secret) => createHmac('sha256', secret).update(`${time}.`).update(body).digest())
  const isSigned = signatures
    .slice(0, maxSignatures)
    .map((each) => Buffer.from(each, 'hex'))
    .some((given) => right.some((each) => isSameDigest(given, each)))
  if (!isSigned) throw new Forged('Its signature was not made with a secret of this gateway.')
  if (Math.abs(now / 1000 - Number(time)) > maxSecondsApart)
    throw new Forged('The timestamp of its signature is too old or in the future.')
}
