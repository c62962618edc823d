import creditCardType from 'credit-card-type'

/** Card numbers of a brand that begin with one of these numbers. */
export interface IssuerRange {
  /** As `credit-card-type` names it: `visa`, `american-express`, … */
  readonly brand: string
  /** How many digits the beginning has. */
  readonly digits: number
  readonly from: number
  readonly to: number
  /** How many digits the card numbers have, in rising order, between 13 and 19. */
  readonly lengths: readonly number[]
  /** How many digits the security codes have. */
  readonly codeDigits: number
}

/** Lengths that are in circulation and that the library leaves out. */
const furtherLengths: Readonly<Record<string, readonly number[]>> = { visa: [13] }

/** JCB's first cards, which the library takes to be as long as the later ones. */
const lengthsOfBeginning: Readonly<Record<string, readonly number[]>> = { 1800: [15], 2131: [15] }

/** Which card numbers there are: beginnings, and the lengths that go with them. */
export const issuerRanges: readonly IssuerRange[] = Object.values(creditCardType.types).flatMap((brand) => {
  const { patterns, lengths, code } = creditCardType.getTypeInfo(brand)
  const usual = [...lengths, ...(furtherLengths[brand] ?? [])]
    .filter((length) => length >= 13 && length <= 19)
    .sort((a, b) => a - b)
  return patterns
    .map((pattern) => [pattern].flat())
    .map(([from = 0, to = from]) => ({
      brand,
      from,
      to,
      digits: String(from).length,
      codeDigits: code.size,
      lengths: lengthsOfBeginning[from] ?? usual,
    }))
})

/** The ranges that a card number of these first digits may be of. */
export function rangesOf(beginning: string): readonly IssuerRange[] {
  return issuerRanges.filter(({ digits, from, to }) => {
    const known = Math.min(digits, beginning.length)
    const scale = 10 ** (digits - known)
    const prefix = Number(beginning.slice(0, known))
    return Math.floor(from / scale) <= prefix && prefix <= Math.floor(to / scale)
  })
}
