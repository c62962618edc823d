/**
 * Polish texts in which a word of one letter (a, i, o, u, w, z) never ends a line: the space behind it does not break.
 * Functions among them give such texts.
 */
export function keepShortWords<Texts extends object>(texts: Texts): Texts {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, keptIn(text)])) as Texts
}

function keptIn(text: unknown): unknown {
  if (typeof text === 'string') return text.replace(/(?<![\p{L}\p{N}])([aiouwz]) /giu, '$1\u00a0')
  if (typeof text === 'function') return (...values: unknown[]) => keptIn(text(...values))
  return typeof text === 'object' && text !== null ? keepShortWords(text) : text
}
