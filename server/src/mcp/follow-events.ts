import { createParser } from 'eventsource-parser'
import { createBoundedCache } from '../base/bounded-cache.ts'
import { NoAnswer, type Outgoing } from '../base/outgoing/outgoing.ts'
import { readJson } from '../base/text/read-json.ts'
import { membersOf } from './answers.ts'
import type { Target } from './target.ts'
import type { Tokens } from './tokens.ts'
import { ToolFault } from './tool-fault.ts'

/** Something has happened in a session; its members are the server’s words, and known ones alone may be shown. */
export type HeardEvent = Readonly<Record<string, unknown>>

/**
 * Hears what happens in a session, until the stream ends, by its server or by the signal. It never fails: where there is no
 * stream, it is over at once. What was heard of a session once, here, is not heard again.
 *
 * @param path of the session, below the API’s base.
 */
export type FollowEvents = (
  path: string,
  options: {
    readonly milliseconds: number
    readonly signal: AbortSignal
    readonly heard: (event: HeardEvent) => void
  },
) => Promise<void>

const maxRemembered = 1_000

export function createFollowEvents({
  target,
  tokens,
  send,
}: {
  readonly target: () => Target
  readonly tokens: Pick<Tokens, 'current'>
  readonly send: Outgoing
}): FollowEvents {
  const lastIds = createBoundedCache<string, number>(maxRemembered)
  return async (path, { milliseconds, signal, heard }) => {
    const parser = createParser({
      onEvent({ id = '', data }) {
        if (/^[1-9]\d{0,8}$/.test(id)) lastIds.set(path, Number(id))
        heard(membersOf(readJson(Buffer.from(data))))
      },
    })
    const decoder = new TextDecoder()
    try {
      await send({
        ...{ method: 'GET', url: new URL(`${target().apiUrl}${path}/events`) },
        headers: {
          accept: 'text/event-stream',
          authorization: `Bearer ${await tokens.current()}`,
          'last-event-id': String(lastIds.get(path) ?? ''),
        },
        ...{ timeoutMilliseconds: milliseconds, signal },
        onPart: (part) => parser.feed(decoder.decode(part, { stream: true })),
      })
    } catch (error) {
      if (!(error instanceof NoAnswer || error instanceof ToolFault)) throw error
    }
  }
}
