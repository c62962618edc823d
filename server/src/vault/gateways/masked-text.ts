/** Longer texts of gateways are cut. */
const maxLength = 300

/** A gateway's own text for the log or an operator: on one line, without a digit of any script. */
export const maskedText = (text: string): string =>
  text
    .slice(0, maxLength)
    .replace(/\p{Nd}/gu, '*')
    .replace(/\s+/g, ' ')
