import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Parts } from '../../base/parts.ts'
import type { Region } from '../../base/region.ts'

/** A cookie that no page's script can read. */
export interface Cookie {
  /** What the browser sent; `undefined` when that is nothing, malformed, or more than one of the name. */
  read(request: FastifyRequest): string | undefined
  /** @param value of the characters of base64url. */
  write(reply: FastifyReply, value: string): void
  /** Takes the cookie back. */
  clear(reply: FastifyReply): void
}

/** One that holds 256 random bits. */
export interface SecretCookie extends Pick<Cookie, 'read' | 'clear'> {
  /** Gives the browser a new value, until it is closed. */
  renew(reply: FastifyReply): string
}

const valuePattern = /^[A-Za-z0-9_-]{1,2048}$/
const secretBytes = 32
const secretPattern = /^[A-Za-z0-9_-]{43}$/

/**
 * Where the region is reached by https, the browser takes the cookie from this host alone and sends it to no
 * other (`__Host-`, RFC 6265bis §4.1.3.2), so that a neighbouring host can plant none. `SameSite=Lax`: it comes
 * with a link from a client's page, and never with a form from one.
 *
 * @param maxAgeSeconds how long the browser keeps it; until it is closed when this is not given.
 */
export function createCookie(
  name: string,
  { region, maxAgeSeconds }: { readonly region: Region; readonly maxAgeSeconds?: number },
): Cookie {
  const secure = region.issuer.startsWith('https:')
  const fullName = secure ? `__Host-${name}` : name
  const attributes = `Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
  const age = maxAgeSeconds === undefined ? '' : `Max-Age=${maxAgeSeconds}; `
  return {
    read({ headers }) {
      const [value, ...others] = valuesOf(fullName, headers.cookie ?? '')
      return value !== undefined && others.length === 0 && valuePattern.test(value) ? value : undefined
    },
    write(reply, value) {
      reply.header('set-cookie', `${fullName}=${value}; ${age}${attributes}`)
    },
    clear(reply) {
      reply.header('set-cookie', `${fullName}=; Max-Age=0; ${attributes}`)
    },
  }
}

export function createSecretCookie(
  name: string,
  { region, random }: Pick<Parts, 'region' | 'random'>,
): SecretCookie {
  const cookie = createCookie(name, { region })
  return {
    read(request) {
      const value = cookie.read(request)
      return value !== undefined && secretPattern.test(value) ? value : undefined
    },
    renew(reply) {
      const value = random(secretBytes).toString('base64url')
      cookie.write(reply, value)
      return value
    },
    clear: cookie.clear,
  }
}

/** Node bounds the header's length. Names are compared exactly (RFC 6265 §4.2.2). */
function valuesOf(name: string, header: string): readonly string[] {
  const prefix = `${name}=`
  return header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(prefix))
    .map((pair) => pair.slice(prefix.length))
}
