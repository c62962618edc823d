import type { ViewCommand } from '../../../server/src/vault/view-command.ts'
import type { ViewState } from '../../../server/src/vault/view-state.ts'
import type { Tokens } from './tokens.ts'

/** What became of a button: the state it left; or that it came at the wrong time, or did not arrive. */
export type CommandAnswer = ViewState | 'refused' | 'failed'

/** Sends the agent's commands. A token that has run out is renewed first. */
export function createCommands({
  path,
  tokens,
  fetch,
}: {
  readonly path: string
  readonly tokens: Tokens
  readonly fetch: typeof globalThis.fetch
}): (command: ViewCommand) => Promise<CommandAnswer> {
  const send = (command: ViewCommand) =>
    fetch(`${path}/commands`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens.accessToken()}` },
      body: JSON.stringify(command),
    })

  return async (command) => {
    try {
      const first = await send(command)
      const renewed = first.status === 401 && (await tokens.renew()) === 'renewed'
      const response = renewed ? await send(command) : first
      if (response.ok) return (await response.json()) as ViewState
      return response.status === 409 || response.status === 404 ? 'refused' : 'failed'
    } catch {
      return 'failed'
    }
  }
}
