import { createHmac } from 'node:crypto'
import type { Sealer } from '../base/seal.ts'
import { isSameDigest } from '../base/signing/same-secret.ts'
import type { Reach } from './reach.ts'

/** Where a page of a list ended: the next one begins with what is older. */
export interface Position {
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  readonly guid: string
}

const version = 1
const bodyBytes = 1 + 6 + 16
const tagBytes = 12

/** A version, a time, a GUID and a tag. */
const pattern = /^[A-Za-z0-9_-]{47}$/

/**
 * Writes positions as texts that mean nothing to who holds them, and reads them back. A tag tells one that was
 * changed, or cut, or belongs to a list of another account's or agent's sessions, from one that is as it was given out.
 */
export function createSessionCursors(sealer: Sealer) {
  const keys = sealer.derivations('session list cursor')
  const tagOf = ({ accountId, agentId }: Reach, body: Uint8Array, key: Buffer = keys[0]) => {
    const list = agentId === undefined ? `${accountId} ` : `${accountId} ${agentId} `
    return createHmac('sha256', key).update(list).update(body).digest().subarray(0, tagBytes)
  }

  return {
    write(reach: Reach, { createdAt, guid }: Position): string {
      const body = Buffer.alloc(bodyBytes)
      body.writeUInt8(version)
      body.writeUIntBE(createdAt, 1, 6)
      body.write(guid.replaceAll('-', ''), 7, 'hex')
      return Buffer.concat([body, tagOf(reach, body)]).toString('base64url')
    },
    read(reach: Reach, cursor: string): Position | undefined {
      if (!pattern.test(cursor)) return undefined
      const bytes = Buffer.from(cursor, 'base64url')
      const body = bytes.subarray(0, bodyBytes)
      const tag = bytes.subarray(bodyBytes)
      if (!keys.some((key) => isSameDigest(tag, tagOf(reach, body, key)))) return undefined
      if (body[0] !== version) return undefined
      const hex = body.toString('hex', 7)
      const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)]
      return { createdAt: body.readUIntBE(1, 6), guid: parts.join('-') }
    },
  }
}

export type SessionCursors = ReturnType<typeof createSessionCursors>
