import http from 'node:http'
import https from 'node:https'
import type { TLSSocket } from 'node:tls'
import { reasonOfCode, type Step, timeoutReasons } from '../../base/outgoing/no-answer-reasons.ts'

/** An answer, or why there is none, in words that follow the address. */
export type Got =
  | {
      readonly status: number
      readonly body: string
      /** When its certificate ends, in milliseconds since the epoch; absent without TLS. */
      readonly certificateEnds?: number
    }
  | { readonly fault: string }

const maxMilliseconds = 5_000
const maxBytes = 4 * 1024 * 1024

/** Asks an address, and follows nothing. */
export function get(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Got> {
  const { promise, resolve } = Promise.withResolvers<Got>()
  let step: Step = 'connecting'
  const options = { headers, agent: false }
  const request = (url.startsWith('https:') ? https : http).get(url, options, (response) => {
    step = 'answering'
    const ends = (response.socket as Partial<TLSSocket>).getPeerCertificate?.().valid_to
    const chunks: Buffer[] = []
    let bytes = 0
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > maxBytes) response.destroy(new Error('its answer is too long'))
      else chunks.push(chunk)
    })
    response.on('error', failed)
    response.on('end', () =>
      resolve({
        status: response.statusCode ?? 0,
        body: Buffer.concat(chunks).toString(),
        ...(ends !== undefined && { certificateEnds: Date.parse(ends) }),
      }),
    )
  })
  request.on('socket', (socket) => {
    socket.once('connect', () => {
      step = url.startsWith('https:') ? 'handshake' : 'asked'
    })
    socket.once('secureConnect', () => {
      step = 'asked'
    })
  })
  request.on('error', failed)
  function failed(error: NodeJS.ErrnoException): void {
    resolve({ fault: reasonOfCode(error.code, step) ?? error.message })
  }
  const late = setTimeout(() => {
    resolve({ fault: timeoutReasons[step] })
    request.destroy()
  }, maxMilliseconds)
  return promise.finally(() => clearTimeout(late))
}
