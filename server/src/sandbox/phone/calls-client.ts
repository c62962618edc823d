import type { Readable } from 'node:stream'
import type { CallEnd } from '@tonegate/protocol/telephone'
import type { Guid } from '../../base/guid.ts'
import { ownBytes } from '../../base/own-bytes.ts'
import { Problem, type ProblemCode, problems } from '../../base/problem.ts'
import { callsPath } from '../../calls/api/calls-api.ts'
import type { Http } from '../../http/http.ts'
import { phoneAgent } from '../programs/program-requests.ts'

/** Something that goes wrong in a call, in the words of the calls API (contract/calls §3). */
export type ReportedTrouble = 'tones-in-audio' | 'audio-lost' | 'audio-back'

/** What a platform asks of the calls API (contract/calls). Each throws the problem that it is answered with. */
export type CallsClient = ReturnType<typeof createCallsClient>

/**
 * Speaks for a platform to this very server, as a program elsewhere does, without a network between.
 *
 * @param key the platform's.
 */
export function createCallsClient({
  app,
  key,
}: {
  readonly app: Pick<Http, 'inject'>
  readonly key: string
}) {
  const own = { authorization: `Bearer ${key}`, 'user-agent': phoneAgent }

  /** @param body JSON. */
  async function ask(method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: Buffer): Promise<void> {
    const answer = await app.inject({
      method,
      url: `${callsPath}${path}`,
      headers: { ...own, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { payload: body }),
    })
    if (answer.statusCode >= 300) throw refusalOf(answer)
  }

  return {
    report: (callGuid: Guid, call: { readonly agentId: string }) =>
      ask('PUT', `/calls/${callGuid}`, json(call)),

    /** Whether there is such a call: else it throws `not-found`. */
    require: (callGuid: Guid) => ask('GET', `/calls/${callGuid}`),

    end: (callGuid: Guid, endedBy: CallEnd) => ask('DELETE', `/calls/${callGuid}`, json({ endedBy })),

    trouble: (callGuid: Guid, trouble: ReportedTrouble) =>
      ask('POST', `/calls/${callGuid}/trouble`, json({ trouble })),

    /** @param keys at most 64; the copy that is sent is overwritten. */
    async keys(callGuid: Guid, keys: Uint8Array, sequence: number): Promise<void> {
      const body = keysBody(keys, sequence)
      try {
        await ask('POST', `/calls/${callGuid}/keys`, body)
      } finally {
        body.fill(0)
      }
    },

    confirm: (commandId: Guid) => ask('POST', `/commands/${commandId}`),

    /** The platform's commands as server-sent events, from now on. @param last the command behind which it goes on. */
    async readCommands(last: Guid | undefined): Promise<Readable> {
      const answer = await app.inject({
        method: 'GET',
        url: `${callsPath}/commands`,
        headers: { ...own, ...(last && { 'last-event-id': last }) },
        payloadAsStream: true,
      })
      const stream = answer.stream()
      if (answer.statusCode === 200) return stream
      stream.resume()
      throw answer.statusCode === 401
        ? switchedOff()
        : new Error(`The calls API answered ${answer.statusCode}.`)
    },
  }
}

const json = (body: object): Buffer => Buffer.from(JSON.stringify(body))

/** Keys are a card's digits: they are never a text. */
function keysBody(keys: Uint8Array, sequence: number): Buffer {
  const before = Buffer.from(`{"sequence":${sequence},"keys":"`)
  const after = Buffer.from('"}')
  const body = ownBytes(before.length + keys.length + after.length)
  body.set(before)
  body.set(keys, before.length)
  body.set(after, before.length + keys.length)
  return body
}

interface Answer {
  readonly statusCode: number
  readonly body: string
}

/** The problem that an answer is, to be answered in turn. */
function refusalOf({ statusCode, body }: Answer): Error {
  if (statusCode === 401) return switchedOff()
  const { type, detail } = JSON.parse(body)
  const code = codes.find((each) => String(type).endsWith(`#${each}`))
  return code ? new Problem(code, detail) : new Error(`The calls API answered ${statusCode}.`)
}

const codes = Object.keys(problems) as ProblemCode[]

const switchedOff = () =>
  new Problem(
    'telephone-unavailable',
    'The sandbox’s phone is switched off: its platform is disabled, or its key was replaced. Enable the platform, or restart the sandbox.',
  )
