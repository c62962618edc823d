/** What a hexadecimal digit in ASCII stands for; -1 for any other byte, and for none. */
export function hexDigit(byte = 0): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const letter = byte | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}

/** The byte that two hexadecimal digits write; `undefined` when they are none. */
export function hexByte(bytes: Uint8Array, at: number): number | undefined {
  const high = hexDigit(bytes[at])
  const low = hexDigit(bytes[at + 1])
  return high < 0 || low < 0 ? undefined : high * 16 + low
}
