/** A text with another character in one place, whatever stands there: never by chance the same again. */
export function spoilt(text: string, place: number): string {
  const other = text[place] === 'A' ? 'B' : 'A'
  return `${text.slice(0, place)}${other}${text.slice(place + 1)}`
}

/** A JWT whose signature is another one. */
export const spoiltJwt = (token: string): string => spoilt(token, token.lastIndexOf('.') + 1)
