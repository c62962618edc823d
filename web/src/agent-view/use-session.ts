import { useEffect, useState } from 'preact/hooks'
import type { ViewCommand } from '../../../server/src/vault/view-command.ts'
import type { ViewPageData } from '../../../server/src/vault/view-page-data.ts'
import type { ViewState } from '../../../server/src/vault/view-state.ts'
import { type CommandAnswer, createCommands } from './commands.ts'
import { followSession } from './events.ts'
import { createTokens } from './tokens.ts'

/** How the page stands to its session. Only `live` and `lost` may become the other. */
export type Connection = 'live' | 'lost' | 'gone' | 'no-access'

/** The session as the page knows it. */
export interface Session {
  readonly state: ViewState
  readonly connection: Connection
  send(command: ViewCommand): Promise<CommandAnswer>
}

/** Follows the session that the page was opened for. */
export function useSession(data: ViewPageData): Session {
  const [state, setState] = useState(data.state)
  const [connection, setConnection] = useState<Connection>('live')
  const [sendCommand, setSendCommand] = useState<{ readonly send: Session['send'] }>({
    send: async () => 'failed',
  })

  useEffect(() => {
    const fetch = globalThis.fetch.bind(globalThis)
    const { path } = data
    const tokens = createTokens({
      path,
      first: data.tokens,
      fetch,
      onLost: () => setConnection('no-access'),
    })
    const sendNow = createCommands({ path, tokens, fetch })
    setSendCommand({ send: sendNow })
    const wait = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))
    const listener = {
      state: setState,
      connection: (next: 'live' | 'lost') =>
        setConnection((before) => (before === 'no-access' ? before : next)),
      gone: () => setConnection('gone'),
    }
    followSession({ path, tokens, fetch, wait, listener }).finally(tokens.stop)
    return tokens.stop
  }, [data])

  return { state, connection, send: sendCommand.send }
}
