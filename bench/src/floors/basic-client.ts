import { hash, timingSafeEqual } from 'node:crypto'
import type { TokenSettings } from './access-token.ts'

/** Whether a header of HTTP Basic holds the client's id and secret: the secret's SHA-256 in constant time. */
export function createBasicClient({ client }: Pick<TokenSettings, 'client'>) {
  const secrets = new Map([[client.id, hash('sha256', client.secret, 'buffer')]])
  return (header: string | undefined): boolean => {
    const [id, secret] = basicCredentials(header ?? '')
    const known = secrets.get(id)
    return known !== undefined && timingSafeEqual(known, hash('sha256', secret, 'buffer'))
  }
}

function basicCredentials(header: string): readonly [id: string, secret: string] {
  const text = Buffer.from(header.slice('Basic '.length), 'base64').toString()
  const colon = text.indexOf(':')
  return [text.slice(0, colon), text.slice(colon + 1)]
}
