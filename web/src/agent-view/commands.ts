import type { ViewCommand } from '../../../server/src/vault/view-command.ts'
import type { ViewState } from '../../../server/src/vault/view-state.ts'
import type { Tokens } from './tokens.ts'

/** Why a button did nothing. `failed`: nobody knows; it may not have arrived. */
export type Refusal = 'address' | 'not-now' | 'too-often' | 'not-sent' | 'closed' | 'failed'

/** What became of a button: the state that it left, or why it did nothing. */
export type CommandAnswer = ViewState | { readonly refused: Refusal }

const refusals: Readonly<Record<string, Refusal>> = {
  'invalid-request': 'address',
  'not-possible-now': 'not-now',
  'session-ended': 'not-now',
  'not-found': 'not-now',
  'quota-exceeded': 'too-often',
  'link-not-sent': 'not-sent',
  'view-closed': 'closed',
}

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
      return { refused: await refusalOf(response) }
    } catch {
      return { refused: 'failed' }
    }
  }
}

/** The error's code is the fragment of its `type` (RFC 9457). */
async function refusalOf(response: Response): Promise<Refusal> {
  const { type } = (await response.json()) as { readonly type?: unknown }
  const code = String(type).split('#')[1] ?? ''
  return refusals[code] ?? 'failed'
}
