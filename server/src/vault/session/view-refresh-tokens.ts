import { hash } from 'node:crypto'
import type { Random } from '../../base/random.ts'
import { isSameDigest } from '../../base/signing/same-secret.ts'

const most = 8

/** SHA-256 of a refresh token, as a session's row keeps it. */
export const refreshTokenHash = (token: string): string => hash('sha256', token, 'base64url')

/**
 * The refresh tokens of one session's agent view: each is good for one successor. What the row keeps of them is
 * a hash, with that of the token that it came of where its page proposed it, and the row decides: who finds others there
 * than it knew begins again with those.
 *
 * @param stored the hashes, with a space between each.
 * @param replace puts the hashes `after` in the place of `before`, and resolves with those that the row then has.
 */
export function createViewRefreshTokens({
  stored,
  random,
  replace,
}: {
  readonly stored: string
  readonly random: Random
  readonly replace: (before: string, after: string) => Promise<string>
}) {
  let hashes = listed(stored)

  /** False where `next` finds nothing to change. */
  async function change(
    next: (hashes: readonly string[]) => readonly string[] | undefined,
  ): Promise<boolean> {
    for (;;) {
      const before = hashes
      const after = next(before)?.slice(-most)
      if (!after) return false
      hashes = after
      const now = await replace(before.join(' '), after.join(' ')).catch((error) => {
        hashes = before
        throw error
      })
      if (now === after.join(' ')) return true
      hashes = listed(now)
    }
  }

  return {
    /** A token beside the others, for another window of the view, durably. With too many the oldest goes. */
    async add(): Promise<string> {
      const token = random(16).toString('hex')
      await change((before) => [...before, refreshTokenHash(token)])
      return token
    },

    /**
     * Uses a token up and returns its successor, durably; `undefined` when it is not one. Where the successor was
     * proposed the same may be asked again until the successor is used: the answer may have been lost on its way.
     */
    async renew(token: string, proposed?: string): Promise<string | undefined> {
      if (token.length !== 32) return undefined
      const used = refreshTokenHash(token)
      const successor = proposed ?? random(16).toString('hex')
      const next = `${refreshTokenHash(successor)}${proposed === undefined ? '' : `:${used}`}`
      const isRenewed = await change((before) => {
        const rest = before.filter((each) => !isSameDigest(tokenOf(each), used))
        if (rest.length < before.length) return [...rest, next]
        return before.some((each) => isSameDigest(each, next)) ? before : undefined
      })
      return isRenewed ? successor : undefined
    },
  }
}

const listed = (hashes: string): readonly string[] => hashes.split(' ').filter((each) => each !== '')

const tokenOf = (kept: string): string => kept.split(':', 1)[0] ?? ''
