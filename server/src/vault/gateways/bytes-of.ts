/**
 * Texts and digits one after the other, in one buffer that can be overwritten: the digits become no text on the way.
 */
export const bytesOf = (...parts: readonly (string | Uint8Array)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)))
