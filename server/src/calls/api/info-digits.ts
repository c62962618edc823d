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

const maxBytes = 256

/**
 * `POST …/by-reference/{reference}/info-digits`: a digit that came as SIP INFO, `application/dtmf-relay` or
 * `application/dtmf` (contract/calls §7). 202: it was taken, and is to be answered and not passed on. 404: it is nobody's,
 * since no session listens to the call, or it is not the caller's.
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
      const tone = toneIn(body)
      const guid = await liveCalls.named(platformOf(request), request.params.reference)
      const from = Buffer.isBuffer(fromTag) ? fromTag.toString() : undefined
      if (!guid || !lines.infoDigit(guid, tone, from)) throw noSuchCall()
      return reply.code(202).send()
    },
  )
}

/** @throws {Problem} `invalid-request` */
function toneIn(hex: unknown): Tone {
  if (!Buffer.isBuffer(hex) || hex.length > 2 * maxBytes) throw noDigit()
  const text = Buffer.from(hex.toString('latin1'), 'hex')
  try {
    const signal = signalOf(text)
    if (signal === undefined) throw noDigit()
    return signal
  } finally {
    text.fill(0)
  }
}

/** `Signal=5` in a `dtmf-relay`, or the body as a whole. `10` and `11` are `*` and `#` (RFC 4733 §3.2). */
function signalOf(body: Buffer): Tone | undefined {
  const text = body.toString('latin1').trim()
  const value = (/^signal\s*=\s*([0-9*#]{1,2})\s*$/im.exec(text)?.[1] ?? text).trim()
  if (value === '10') return '*'
  if (value === '11') return '#'
  return /^[0-9*#]$/.test(value) ? (value as Tone) : undefined
}

const noDigit = () =>
  new Problem('invalid-request', 'The request is not valid: /body holds no keypad digit.', {
    errors: [{ path: '/body', message: 'holds no keypad digit' }],
  })
