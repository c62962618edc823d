import { hash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Parts } from '../../base/parts.ts'
import type { SignInNotice } from './pages/pending.ts'
import { createCookie } from './secret-cookie.ts'

/** What a sign-in page has to say, on its way from the form that was answered to the page that is loaded next. */
export interface LeftNotice {
  readonly notice: SignInNotice
  readonly loginHint: string | undefined
}

/** Keeps in the browser what the next sign-in page says, so that the page is one that Back and a reload can load. */
export interface SignInNotices {
  /** @param address of the authorization request that the page belongs to. */
  leave(reply: FastifyReply, address: string, left: LeftNotice): void
  /** What was left for this address, once; `undefined` when nothing was. */
  take(request: FastifyRequest, reply: FastifyReply, address: string): LeftNotice | undefined
}

const purpose = 'sign-in notice'
/** A browser follows a redirect at once. */
const maxAgeSeconds = 60
const maxHintLength = 200

/** In a cookie that is sealed: it holds the username that was typed. */
export function createSignInNotices({ region, sealer }: Pick<Parts, 'region' | 'sealer'>): SignInNotices {
  const cookie = createCookie('tonegate-notice', { region, maxAgeSeconds })
  return {
    leave(reply, address, { notice, loginHint }) {
      const hint = (loginHint ?? '').length > maxHintLength ? undefined : loginHint
      const content = JSON.stringify({ notice, loginHint: hint, address: hashOf(address) })
      cookie.write(reply, sealer.seal(purpose, Buffer.from(content)).toString('base64url'))
    },
    take(request, reply, address) {
      const value = cookie.read(request)
      const left = value === undefined ? undefined : open(value)
      if (left?.address !== hashOf(address)) return undefined
      cookie.clear(reply)
      return { notice: left.notice, loginHint: left.loginHint }
    },
  }

  function open(value: string): (LeftNotice & { readonly address: string }) | undefined {
    try {
      return JSON.parse(sealer.open(purpose, Buffer.from(value, 'base64url')).toString())
    } catch {
      return undefined
    }
  }
}

const hashOf = (address: string): string => hash('sha256', address, 'base64url')
