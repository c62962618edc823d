/** A card that Adyen keeps. */
export interface KeptCard {
  readonly storedPaymentMethodId: string
  /** Whose card it is; Adyen wants to hear both. */
  readonly shopperReference: string
}

/**
 * The token of a card that Adyen keeps: both of its names. A reference of `[0-9a-z-]` has a letter in capitals for each
 * digit, so that no run of digits can be taken for a card number.
 */
export const tokenOf = ({ storedPaymentMethodId, shopperReference }: KeptCard): string =>
  `${storedPaymentMethodId}.${shopperReference.replace(/\d/g, (digit) => letters.charAt(Number(digit)))}`

/** `undefined` for what is no such token. */
export function readToken(token: string): KeptCard | undefined {
  const [, storedPaymentMethodId, written] = /^([A-Za-z0-9]{1,64})\.([A-Ja-z-]{3,256})$/.exec(token) ?? []
  if (storedPaymentMethodId === undefined || written === undefined) return undefined
  const shopperReference = written.replace(/[A-J]/g, (letter) => String(letters.indexOf(letter)))
  return { storedPaymentMethodId, shopperReference }
}

const letters = 'ABCDEFGHIJ'
