import { hash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Parts } from '../../base/parts.ts'
import { canonicalUsername } from '../users/find-user.ts'
import { createCookie } from './secret-cookie.ts'

/**
 * Browsers with which a user signed in before. Wrong passwords from elsewhere, from the next desk behind the
 * same address too, do not make such a browser wait: it is counted by itself.
 */
export interface KnownBrowsers {
  /** The id that the browser has for this person; `undefined` when they have not signed in with it. */
  find(request: FastifyRequest, username: string): string | undefined
  /** Makes the browser known for the person who has just signed in. */
  remember(request: FastifyRequest, reply: FastifyReply, username: string): void
}

interface KnownPerson {
  /** SHA-256 of the username. */
  readonly person: string
  /** Random, for this person and this browser. */
  readonly id: string
}

const maxAgeSeconds = 180 * 86_400
/** People who share a desk share its browser; whoever was there longest ago is forgotten. */
const maxPeople = 8
const idBytes = 16
const purpose = 'known browsers'

/**
 * Keeps what it knows in the browser itself, in a cookie that is sealed, so that nobody makes one and no node has to
 * remember it. What the cookie opens is no more than a count of its own: whoever steals it has a few guesses, and then
 * waits like everybody.
 */
export function createKnownBrowsers({
  region,
  random,
  sealer,
}: Pick<Parts, 'region' | 'random' | 'sealer'>): KnownBrowsers {
  const cookie = createCookie('tonegate-browser', { region, maxAgeSeconds })

  function read(request: FastifyRequest): readonly KnownPerson[] {
    const value = cookie.read(request)
    if (value === undefined) return []
    try {
      return JSON.parse(sealer.open(purpose, Buffer.from(value, 'base64url')).toString()) as KnownPerson[]
    } catch {
      return []
    }
  }

  return {
    find(request, username) {
      const person = personOf(username)
      return read(request).find((known) => known.person === person)?.id
    },
    remember(request, reply, username) {
      const person = personOf(username)
      const before = read(request)
      const known = before.find((each) => each.person === person)
      const others = before.filter((each) => each !== known)
      const id = known?.id ?? random(idBytes).toString('base64url')
      const people = [{ person, id }, ...others].slice(0, maxPeople)
      cookie.write(reply, sealer.seal(purpose, Buffer.from(JSON.stringify(people))).toString('base64url'))
    },
  }
}

const personOf = (username: string): string => hash('sha256', canonicalUsername(username), 'base64url')
