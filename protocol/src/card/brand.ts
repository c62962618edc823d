import creditCardType from 'credit-card-type'
import { rangesOf } from './card-brands.ts'

/** What a card's brand says about its fields. */
export interface Brand {
  /** As `credit-card-type` names it: `visa`, `american-express`, … */
  readonly name: string
  /** How many digits its card numbers have, in rising order, between 13 and 19. */
  readonly lengths: readonly number[]
  /** How many digits its security code has. */
  readonly codeDigits: number
}

/** The names that a flow may list its brands by. */
export const brandNames: ReadonlySet<string> = new Set(Object.values(creditCardType.types))

/**
 * The brand of a card by its first digits; `undefined` while several are possible, or when there is none.
 *
 * @param issuerPrefix at most eight digits, so that no whole card number reaches the library.
 */
export function brandOf(issuerPrefix: string): Brand | undefined {
  if (issuerPrefix === '' || issuerPrefix.length > 8) return undefined
  const [type, another] = creditCardType(issuerPrefix)
  if (!type || another) return undefined
  const name = type.type
  const lengths = rangesOf(issuerPrefix)
    .filter(({ brand }) => brand === name)
    .flatMap((range) => range.lengths)
  return { name, lengths: [...new Set(lengths)].sort((a, b) => a - b), codeDigits: type.code.size }
}
