import type { Readable } from 'node:stream'
import type { ViewState } from '@tonegate/protocol/view-state'
import { createParser } from 'eventsource-parser'
import type { Guid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import type { OpenSession, ViewAccess } from '../model/vault-sessions.ts'

/** A session as a stream of events shows it. */
export type ViewedSession = Pick<OpenSession, 'guid' | 'view' | 'subscribe' | 'viewAccess'> & {
  /** Aborted when it cannot be followed any more, and has not ended. */
  readonly lost?: AbortSignal
  /** It is not to be followed: another stream tells the same. */
  leave?(): void
}

/** Opens the events of a view at the node that has its session; `undefined` where no other node has it. */
export type OpenElsewhere = (
  guid: Guid,
  view: { readonly path: string; readonly accessToken: string },
) => Promise<{ readonly status: number; readonly body: Readable } | undefined>

/**
 * A session of another node, by the events of its view; resolves when its state is known.
 *
 * @throws {Problem} `provider-unavailable` when they end before.
 */
export async function followView(guid: Guid, body: Readable): Promise<ViewedSession> {
  let state: ViewState | undefined
  let viewAccess: ViewAccess = 'open'
  let listener: ((state: ViewState) => void) | undefined
  const lost = new AbortController()
  const { promise: known, resolve, reject } = Promise.withResolvers<void>()
  const parser = createParser({
    onEvent({ event, data }) {
      if (event === 'closed') viewAccess = 'closed'
      else if (event === 'state') state = JSON.parse(data) as ViewState
      if (state === undefined) return
      resolve()
      listener?.(state)
    },
  })
  body.setEncoding('utf8')
  body.on('data', (text: string) => parser.feed(text))
  body.once('error', () => {})
  body.once('close', () => {
    reject(new Problem('provider-unavailable', 'The session is being taken over. Try again shortly.'))
    if (state?.state !== 'ended' && viewAccess === 'open') lost.abort()
  })
  await known
  const leave = () => void body.destroy()
  return {
    guid,
    get viewAccess() {
      return viewAccess
    },
    view: () => state as ViewState,
    subscribe(next) {
      listener = next
      return () => {
        listener = undefined
        leave()
      }
    },
    leave,
    lost: lost.signal,
  }
}
