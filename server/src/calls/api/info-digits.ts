import type { Tone } from '@tonegate/protocol/telephone'
import { Type } from 'typebox'
import { Problem } from '../../base/problem.ts'
import type { Http } from '../../http/http.ts'
import type { Lines } from '../lines/lines.ts'
import { noSuchCall } from '../live/live-call.ts'
import type { LiveCalls } from '../live/live-calls.ts'
import { referencedCallPath } from './by-reference.ts'
import { platformOf } from './require-platform.ts'
import { referencePath } from './schemas.ts'

/**
 * `body` is that of the SIP INFO in hexadecimal digits, which a proxy can write without escaping; `fromTag` the tag of
 * whoever sent it. It holds a digit of a card: it stays the bytes of the request.
 */
const infoBody = Type.Object(
  { body: Type.Unsafe<unknown>({}), fromTag: Type.Optional(Type.Unsafe<unknown>({})) },
  { additionalProperties: false },
)

/** With room for a description of the media beside it. */
const maxBytes = 4096

/**
 * `POST …/by-reference/{reference}/info-digits`: a digit that came as SIP INFO, `application/dtmf-relay` or
 * `application/dtmf`, by itself or as a part of a multipart body (contract/calls §7). 202: it was taken, and is to be
 * answered and not passed on. 404: it is nobody's, since no session listens to the call, it is not the caller's, or no part
 * is a digit's. 400: a session listens, and what should be a digit is none that it could take: it is not to be passed on.
 */
export function registerInfoDigits(
  app: Http,
  { liveCalls, lines }: { readonly liveCalls: LiveCalls; readonly lines: Pick<Lines, 'infoDigit'> },
): void {
  app.post(
    `${referencedCallPath}/info-digits`,
    { schema: { params: referencePath, body: infoBody }, config: { holdsSecrets: true } },
    async (request, reply) => {
      const { body, fromTag } = request.body
      if (!Buffer.isBuffer(body)) throw noDigit()
      const guid = await liveCalls.named(platformOf(request), request.params.reference)
      const from = Buffer.isBuffer(fromTag) ? fromTag.toString() : undefined
      if (!guid || !lines.infoDigit(guid, () => toneIn(body), from)) throw noSuchCall()
      return reply.code(202).send()
    },
  )
}

/** @throws {Problem} `not-found` for a multipart body without a digit, `invalid-request` for what is no digit. */
function toneIn(hex: Buffer): Tone {
  if (hex.length > 2 * maxBytes) throw noDigit()
  const info = Buffer.from(hex.toString('latin1'), 'hex')
  try {
    const [digits, ...others] = digitsIn(info.toString('latin1'))
    if (digits === undefined) throw noSuchCall()
    const tone = others.length === 0 ? toneOf(digits) : undefined
    if (tone === undefined) throw noDigit()
    return tone
  } finally {
    info.fill(0)
  }
}

/** A part of a multipart body (RFC 2046 §5.1), from the type in its head to what divides it from the next. */
const digitsPart =
  /^content-type[ \t]*:[ \t]*application\/dtmf(?:-relay)?\b.*?\r?\n\r?\n(.*?)(?:\r?\n--|(?!.))/gims

/** The body as a whole, or its parts that are digits. */
function digitsIn(body: string): readonly string[] {
  if (!body.trimStart().startsWith('--')) return [body]
  return Array.from(body.matchAll(digitsPart), ([, content = '']) => content)
}

/** One `Signal=5` in a `dtmf-relay`, or the whole. `10` and `11` are `*` and `#` (RFC 4733 §3.2). */
function toneOf(text: string): Tone | undefined {
  const signals = Array.from(text.matchAll(/^[ \t]*signal[ \t]*=([^\r\n]*)$/gim), ([, value = '']) => value)
  if (signals.length > 1) return undefined
  const value = (signals[0] ?? text).trim()
  if (value === '10') return '*'
  if (value === '11') return '#'
  return /^[0-9*#]$/.test(value) ? (value as Tone) : undefined
}

const noDigit = () =>
  new Problem('invalid-request', 'The request is not valid: /body holds no keypad digit.', {
    errors: [{ path: '/body', message: 'holds no keypad digit' }],
  })
