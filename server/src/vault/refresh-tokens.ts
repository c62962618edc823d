import { hash, timingSafeEqual } from 'node:crypto'
import type { Random } from '../base/random.ts'

const most = 8

/** SHA-256 of a refresh token, as a session's row keeps it. */
export const refreshTokenHash = (token: string): string => hash('sha256', token, 'base64url')

/**
 * The refresh tokens of one session's agent view: each is good for one successor. What the row keeps of them is
 * a hash.
 *
 * @param stored the hashes, with a space between each.
 * @param keep writes them down.
 */
export function createRefreshTokens({
  stored,
  random,
  keep,
}: {
  readonly stored: string
  readonly random: Random
  readonly keep: (hashes: string) => Promise<unknown>
}) {
  let hashes = stored.split(' ').filter((each) => each !== '')
  return {
    /** A token beside the others, for another window of the view, durably. With too many the oldest goes. */
    async add(): Promise<string> {
      const token = random(16).toString('hex')
      const before = hashes
      hashes = [...hashes, refreshTokenHash(token)].slice(-most)
      try {
        await keep(hashes.join(' '))
      } catch (error) {
        hashes = before
        throw error
      }
      return token
    },

    /** Uses a token up and returns its successor, durably; `undefined` when it is not one. */
    async renew(token: string): Promise<string | undefined> {
      if (token.length !== 32) return undefined
      const used = Buffer.from(refreshTokenHash(token))
      const rest = hashes.filter((each) => !isSame(Buffer.from(each), used))
      if (rest.length === hashes.length) return undefined
      const successor = random(16).toString('hex')
      const successorHash = refreshTokenHash(successor)
      hashes = [...rest, successorHash].slice(-most)
      try {
        await keep(hashes.join(' '))
      } catch (error) {
        hashes = hashes.map((each) => (each === successorHash ? used.toString() : each))
        throw error
      }
      return successor
    },
  }
}

function isSame(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other)
}
