import { createHmac } from 'node:crypto'
import { isSameDigest } from '../../../../base/signing/same-secret.ts'
import { integerIn, type Json, objectIn, textIn } from '../../json-answer.ts'

/** What of a notification is signed: all that may be believed of it, but for one doubt. */
export interface SignedItem {
  readonly pspReference: string
  readonly originalReference: string | undefined
  readonly merchantAccountCode: string
  readonly merchantReference: string
  readonly value: number | undefined
  readonly currency: string | undefined
  readonly eventCode: string
  readonly success: 'true' | 'false'
  /**
   * Whether the bank is said to have authorised another sum than the one that is signed, which may be the sum that was
   * asked for. That is not signed: it may keep an approval back, and nothing else.
   */
  readonly isDoubtful: boolean
}

/** No text but the merchant's reference may hold a colon: which it is in could not be told. */
const plain = /^[^:\\]{1,200}$/

/**
 * The signed part of an item of a notification, where its signature is right: the base64 of an HMAC with SHA-256 of the
 * values with colons between them; what is not there is empty
 * (https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures).
 *
 * @param key hexadecimal.
 */
export function readSigned(item: Json, key: string): SignedItem | undefined {
  const read = readItem(item)
  const signature = textIn(objectIn(item, 'additionalData'), 'hmacSignature')
  if (!read || signature === undefined) return undefined
  return isSignedBy(read, Buffer.from(signature, 'base64'), Buffer.from(key, 'hex')) ? read : undefined
}

function readItem(item: Json): SignedItem | undefined {
  const amount = objectIn(item, 'amount')
  const read = {
    pspReference: textIn(item, 'pspReference'),
    originalReference: textIn(item, 'originalReference'),
    merchantAccountCode: textIn(item, 'merchantAccountCode'),
    merchantReference: textIn(item, 'merchantReference') ?? '',
    value: integerIn(amount, 'value'),
    currency: textIn(amount, 'currency'),
    eventCode: textIn(item, 'eventCode'),
    success: String(item.success),
    isDoubtful: isDoubtful(item),
  }
  const { pspReference, merchantAccountCode, eventCode, success, originalReference, currency } = read
  if (pspReference === undefined || merchantAccountCode === undefined || eventCode === undefined)
    return undefined
  if (success !== 'true' && success !== 'false') return undefined
  const texts = [pspReference, merchantAccountCode, eventCode, originalReference ?? '-', currency ?? '-']
  if (!texts.every((text) => plain.test(text))) return undefined
  return { ...read, pspReference, merchantAccountCode, eventCode, success }
}

function isDoubtful(item: Json): boolean {
  const { value, currency } = objectIn(item, 'amount') ?? {}
  const { authorisedAmountValue, authorisedAmountCurrency = currency } =
    objectIn(item, 'additionalData') ?? {}
  // Of a payment of nothing, banks authorise a little for a moment.
  if (authorisedAmountValue === undefined || value === 0) return false
  return String(authorisedAmountValue) !== String(value) || authorisedAmountCurrency !== currency
}

function isSignedBy(item: SignedItem, signature: Buffer, key: Buffer): boolean {
  const values = [
    ...[item.pspReference, item.originalReference, item.merchantAccountCode, item.merchantReference],
    ...[item.value, item.currency, item.eventCode, item.success],
  ]
  const signed = createHmac('sha256', key).update(values.join(':')).digest()
  return isSameDigest(signature, signed)
}
