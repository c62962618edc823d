/** What a program calls the token of a kept card among the values that it sends along, in any case. */
const name = 'cardtoken'

/** The names under which a card's token is among the values; more than one where it is spelt in two ways. */
export const cardTokenNames = (values: Readonly<Record<string, string | null>>): readonly string[] =>
  Object.keys(values).filter((each) => each.length === name.length && each.toLowerCase() === name)

/** The token of the kept card that is to be charged; `undefined` where none is named. */
export const cardTokenIn = (values: Readonly<Record<string, string | null>>): string | undefined =>
  cardTokenNames(values)
    .map((each) => values[each])
    .find((token): token is string => typeof token === 'string' && token !== '')

/** The same values without it: it is a credential, and of no gateway's concern but as the card that is charged. */
export function withoutCardToken(
  values: Readonly<Record<string, string | null>>,
): Readonly<Record<string, string | null>> {
  const names = cardTokenNames(values)
  if (names.length === 0) return values
  return Object.fromEntries(Object.entries(values).filter(([each]) => !names.includes(each)))
}
