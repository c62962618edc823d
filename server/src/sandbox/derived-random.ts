import type { Random } from '../base/random.ts'
import type { Sealer } from '../base/seal.ts'

/**
 * Bytes that follow from the sealing key and the label. The sandbox's secrets are made of them, so that they
 * are the same after a restart although the database holds only their hashes: of the oldest key, for as long as it
 * is there.
 */
export function derivedRandom(sealer: Sealer, label: string): Random {
  let blocks = 0
  return (bytes) => {
    const parts: Buffer[] = []
    for (let length = 0; length < bytes; length += 32) {
      parts.push(sealer.derivations(`${label}/${blocks}`).at(-1) ?? sealer.derive(label))
      blocks += 1
    }
    return Buffer.concat(parts).subarray(0, bytes)
  }
}
