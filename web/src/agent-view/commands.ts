import type { ViewCommand } from '../../../server/src/vault/view-command.ts'
import type { ViewState } from '../../../server/src/vault/view-state.ts'
import type { TimelyFetch } from '../timely-fetch.ts'
import type { ServerClock } from './server-clock.ts'
import type { Tokens } from './tokens.ts'

/**
 * Why a button did nothing. `late`: it came to the server after its time, and did nothing. `failed`: no answer came, and
 * what has not arrived by now never will.
 */
export type Refusal = 'address' | 'not-now' | 'too-often' | 'not-sent' | 'closed' | 'late' | 'failed'

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
  'command-late': 'late',
}

/** So long a command is good for, and so long its answer is waited for. */
const commandMilliseconds = 15_000

/**
 * Sends the agent's commands. A token that has run out is renewed first. Each says until when it is good, so that one
 * that a browser or a proxy keeps waiting is never obeyed after the agent was told that it failed. One that is pressed
 * again before it was answered is sent once.
 */
export function createCommands({
  path,
  tokens,
  clock,
  fetch,
}: {
  readonly path: string
  readonly tokens: Tokens
  readonly clock: ServerClock
  readonly fetch: TimelyFetch
}): (command: ViewCommand) => Promise<CommandAnswer> {
  const send = (command: ViewCommand, until: number) =>
    fetch(`${path}/commands`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens.accessToken()}` },
      body: JSON.stringify({ ...command, until }),
      within: until - clock.now(),
    })

  async function obeyed(command: ViewCommand): Promise<CommandAnswer> {
    const until = Math.floor(clock.now()) + commandMilliseconds
    try {
      const first = await send(command, until)
      const renewed = first.status === 401 && (await tokens.renew()) === 'renewed'
      const response = renewed ? await send(command, until) : first
      if (response.ok) return (await response.json()) as ViewState
      const refused = await refusalOf(response)
      if (refused === 'late') await tokens.renew()
      return { refused }
    } catch {
      return { refused: 'failed' }
    }
  }

  const underWay = new Map<string, Promise<CommandAnswer>>()
  return (command) => {
    const key = JSON.stringify(command)
    const before = underWay.get(key)
    if (before) return before
    const answer = obeyed(command).finally(() => underWay.delete(key))
    underWay.set(key, answer)
    return answer
  }
}

/** The error's code is the fragment of its `type` (RFC 9457). */
async function refusalOf(response: Response): Promise<Refusal> {
  const { type } = (await response.json()) as { readonly type?: unknown }
  const code = String(type).split('#')[1] ?? ''
  return refusals[code] ?? 'failed'
}
