import type { ViewCommand } from '@tonegate/protocol/view-command'
import type { ViewPageData } from '@tonegate/protocol/view-page-data'
import type { ViewState } from '@tonegate/protocol/view-state'
import { useEffect, useState } from 'preact/hooks'
import { timelyFetch } from '../timely-fetch.ts'
import { type CommandAnswer, createCommands } from './commands.ts'
import { followSession } from './events/events.ts'
import { createOpenStream } from './events/open-stream.ts'
import { createHostMessages, type Surroundings } from './host-messages.ts'
import { keptRefreshToken, newToken } from './kept-refresh-token.ts'
import { createServerClock } from './server-clock.ts'
import { createTokens } from './tokens.ts'

/** How the page stands to its session. Only `live` and `lost` may become the other. */
export type Connection = 'live' | 'lost' | 'gone' | 'no-access' | 'closed'

/** The session as the page knows it. */
export interface Session {
  readonly state: ViewState
  readonly connection: Connection
  send(command: ViewCommand): Promise<CommandAnswer>
}

/** Follows the session that the page was opened for, and tells the page around this one. */
export function useSession(data: ViewPageData): Session {
  const [state, setState] = useState(data.state)
  const [connection, setConnection] = useState<Connection>('live')
  const [sendCommand, setSendCommand] = useState<{ readonly send: Session['send'] }>({
    send: async () => ({ refused: 'failed' }),
  })

  useEffect(() => {
    const { path } = data
    const clock = createServerClock(data.now)
    const storage = () => sessionStorage
    const kept = keptRefreshToken({ session: data.session, storage, entry: history, newToken })
    const tokens = createTokens({
      path,
      first: data.tokens,
      kept,
      clock,
      fetch: timelyFetch,
      onLost: () => setConnection('no-access'),
    })
    const sendNow = createCommands({ path, tokens, clock, fetch: timelyFetch })
    setSendCommand({ send: sendNow })
    const wait = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))
    const tellHost = createHostMessages({ data, surroundings: surroundings() })
    const listener = {
      state(next: ViewState) {
        setState(next)
        tellHost(next)
      },
      connection: (next: 'live' | 'lost') =>
        setConnection((before) => (before === 'no-access' ? before : next)),
      gone: () => setConnection('gone'),
      closed: () => setConnection('closed'),
    }
    const openStream = createOpenStream({
      fetch: globalThis.fetch.bind(globalThis),
      locks: navigator.locks,
      startWorker: startStreamWorker,
      newName: () => crypto.randomUUID(),
      page: window,
    })
    followSession({ path, tokens, openStream, wait, listener }).finally(() => {
      tokens.stop()
      kept.forget()
    })
    return tokens.stop
  }, [data])

  return { state, connection, send: sendCommand.send }
}

function surroundings(): Surroundings {
  const framing = window.parent === window ? null : window.parent
  return {
    host: framing ?? window.opener,
    ancestor: location.ancestorOrigins?.[0],
    referrer: document.referrer,
  }
}

/** The one worker of all views of this origin in the browser; the first to ask starts it. */
function startStreamWorker(): SharedWorker {
  return new SharedWorker(new URL('./events/shared-stream-worker.ts', import.meta.url), { type: 'module' })
}
