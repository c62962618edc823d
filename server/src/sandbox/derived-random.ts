import type { Random } from '../base/random.ts'
import type { Sealer } from '../base/seal.ts'

/**
 * Bytes that follow from the sealing key and the label. The sandbox's secrets are made of them, so that they
 * are the same after a restart although the database holds only their hashes.
 */
export function derivedRandom(sealer: Sealer, label: string): Random {
  let blocks = 0
  return (bytes) => {
    const parts: Buffer[] = []
    for (let length = 0; length < bytes; length += 32) {
      parts.push(sealer.derive(`${label}/${blocks}`))
      blocks += 1
    }
    return Buffer.concat(parts).subarray(0, bytes)
  }
}
