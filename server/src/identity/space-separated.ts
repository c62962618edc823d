/** Reads a list with a space between each word, as OAuth writes scopes and our tables write all lists. */
export const spaceSeparated = (text: string): readonly string[] => (text === '' ? [] : text.split(' '))
