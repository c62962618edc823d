import { hkdfSync } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { createBoundedCache } from '../../../../base/bounded-cache.ts'
import type { Random } from '../../../../base/random.ts'
import { createSealer } from '../../../../base/seal.ts'
import type { Money } from '../../../model/gateway.ts'
import type { Purpose } from '../../../model/launch.ts'
import { type Json, jsonIn, objectIn, textIn } from '../../json-answer.ts'

/** A payment whose customer is at the bank: all that it takes to go on with it, and nothing of the card. */
export interface AtBank {
  /** Of the authentication. */
  readonly transactionId: string
  /** What CyberSource keeps the card under, for a quarter of an hour. */
  readonly card: string
  /** The payment, as it is to be asked for. */
  readonly payment: Json
  readonly purpose: Purpose
  readonly order: Money
}

export type Challenges = ReturnType<typeof createChallenges>

/** More than can be at their banks at one time. */
const most = 10_000

/** What comes back with a customer should be no longer. */
const longest = 1_000

/**
 * Payments in the middle of a challenge. CyberSource keeps none of what was to be paid; it goes to the bank and back with
 * the customer (`MD`), sealed under a key that follows from the account's secret, so that another process can go on.
 */
export function createChallenges({
  sharedSecret,
  random,
}: {
  readonly sharedSecret: string
  readonly random: Random
}) {
  const secret = Buffer.from(sharedSecret, 'base64')
  const sealer = createSealer(Buffer.from(hkdfSync('sha256', secret, '', 'challenge', 32)), random)
  const waiting = createBoundedCache<string, { readonly sealed: string }>(most)
  const purposeOf = (key: string) => `cybersource challenge ${key}`

  function seal(key: string, atBank: AtBank): string {
    const clear = deflateRawSync(Buffer.from(JSON.stringify(atBank)))
    return sealer.seal(purposeOf(key), clear).toString('base64url')
  }

  return {
    /** @returns what goes along with the customer. */
    put(key: string, atBank: AtBank): string {
      const whole = seal(key, atBank)
      const sealed = whole.length > longest ? seal(key, withoutCustomer(atBank)) : whole
      waiting.set(key, { sealed })
      return sealed
    },
    /** Whether this process has sent the customer to the bank, and has not gone on. */
    isWaiting: (key: string): boolean => waiting.has(key),
    forget: (key: string) => void waiting.delete(key),
    /** @param sealed as it came back; absent where it did not. `undefined` when it is of another payment. */
    open(key: string, sealed: string | undefined): AtBank | undefined {
      const given = sealed ?? waiting.get(key)?.sealed
      if (given === undefined) return undefined
      try {
        const json = jsonIn(inflateRawSync(sealer.open(purposeOf(key), Buffer.from(given, 'base64url'))))
        return json as unknown as AtBank | undefined
      } catch {
        return undefined
      }
    },
  }
}

/** Names and addresses help, and are too long in rare cases. */
function withoutCustomer(atBank: AtBank): AtBank {
  const { amountDetails } = { ...objectIn(atBank.payment, 'orderInformation') }
  const reference = objectIn(atBank.payment, 'clientReferenceInformation')
  const code = textIn(reference, 'code')
  const transactionId = textIn(reference, 'transactionId')
  const payment = {
    ...atBank.payment,
    clientReferenceInformation: { code, transactionId },
    orderInformation: { amountDetails },
  }
  return { ...atBank, payment }
}
