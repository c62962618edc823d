import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { createParser } from 'eventsource-parser'
import type { Http } from '../../http/http.ts'
import type { SessionProgress } from '../../vault/model/session-progress.ts'

/** An event of a session, as it was read. */
export interface ReadEvent {
  readonly id: string
  readonly event: string
  readonly data: {
    readonly type: string
    readonly sequence: number
    readonly timestamp: string
    readonly sessionGuid: string
    readonly progress?: SessionProgress['progress']
    readonly field?: string
    readonly session?: { readonly sessionState: string }
  }
}

/** Reads the events of a response one by one. */
export function eventsOf(response: Response) {
  const events: ReadEvent[] = []
  const comments: string[] = []
  let retry: number | undefined
  const parser = createParser({
    onEvent: ({ id = '', event = '', data }) => void events.push({ id, event, data: JSON.parse(data) }),
    onComment: (comment) => void comments.push(comment),
    onRetry: (milliseconds) => {
      retry = milliseconds
    },
  })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  async function read(): Promise<boolean> {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined }
    if (value !== undefined) parser.feed(value)
    return done
  }
  return {
    response,
    /** The next one; `undefined` when the stream has ended. */
    async next(): Promise<ReadEvent | undefined> {
      while (events.length === 0) if (await read()) return undefined
      return events.shift()
    },
    /** All that are left. */
    async rest(): Promise<readonly ReadEvent[]> {
      while (!(await read()));
      return events.splice(0)
    },
    async nextComment(): Promise<string | undefined> {
      while (comments.length === 0) if (await read()) return undefined
      return comments.shift()
    },
    retry: () => retry,
    cancel: () => reader?.cancel(),
  }
}

export type EventsOfSession = ReturnType<typeof eventsOf>

/** What a list of events says, in short. */
export const shortOf = (events: readonly (ReadEvent | undefined)[]) =>
  events.map((each) => {
    const { sequence, progress, field, session } = each?.data ?? {}
    return [sequence, progress ?? session?.sessionState, ...(field === undefined ? [] : [field])].join(' ')
  })

/** Follows sessions of an application that listens. */
export async function startFollowing(t: TestContext, app: Http) {
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })
  async function ask(guid: string, headers: Readonly<Record<string, string>> = {}, as = 'backend') {
    return fetch(`${origin}/globalpci/v1/session/${guid}/events`, {
      headers: { authorization: `Bearer ${as}`, ...headers },
    })
  }
  return {
    ask,
    async follow(guid: string, headers: Readonly<Record<string, string>> = {}, as = 'backend') {
      const response = await ask(guid, headers, as)
      assert.equal(response.status, 200)
      const stream = eventsOf(response)
      t.after(() => stream.cancel()?.catch(() => {}))
      return stream
    },
  }
}
