import type { ViewCommand } from '@tonegate/protocol/view-command'
import type { ViewState } from '@tonegate/protocol/view-state'
import type { TimelyFetch } from '../timely-fetch.ts'
import type { Refusal } from './refusal.ts'
import type { ServerClock } from './server-clock.ts'
import type { Tokens } from './tokens.ts'

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
 * Sends the agent's commands. A token that has run out is renewed first, and so is the time where the page has slept.
 * Each says until when it is good, so that one that a browser or a proxy keeps waiting is never obeyed after the agent was
 * told that it failed. One that is pressed again before it was answered is sent once.
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
  /** @param left milliseconds until the agent is told that it failed. */
  function send(command: ViewCommand, left: number): Promise<Response> {
    const until = Math.floor(clock.now() + left)
    return fetch(`${path}/commands`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens.accessToken()}` },
      body: JSON.stringify({ ...command, until }),
      within: left,
    })
  }

  /** What was refused did nothing, and is sent once more for as long as the agent still waits for it. */
  async function obeyed(command: ViewCommand): Promise<CommandAnswer> {
    const begun = clock.elapsed()
    const left = () => commandMilliseconds - (clock.elapsed() - begun)
    try {
      const first = await answerOf(await send(command, left()))
      const isInVain = first === 'unauthorized' || ('refused' in first && first.refused === 'late')
      const answer =
        isInVain && (await tokens.renew()) === 'renewed' && left() > 0
          ? await answerOf(await send(command, left()))
          : first
      return answer === 'unauthorized' ? { refused: 'failed' } : answer
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

async function answerOf(response: Response): Promise<CommandAnswer | 'unauthorized'> {
  if (response.status === 401) return 'unauthorized'
  if (response.ok) return (await response.json()) as ViewState
  return { refused: await refusalOf(response) }
}

/** The error's code is the fragment of its `type` (RFC 9457). */
async function refusalOf(response: Response): Promise<Refusal> {
  const { type } = (await response.json()) as { readonly type?: unknown }
  const code = String(type).split('#')[1] ?? ''
  return refusals[code] ?? 'failed'
}
