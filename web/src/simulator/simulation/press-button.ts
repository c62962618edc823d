import type { ViewCommand } from '@tonegate/protocol/view-command'
import type { Scene } from './scene.ts'
import { requireSession } from './simulation-state.ts'

const commandMilliseconds = 15_000

/** A button of the agent view, pressed for the agent. */
export async function pressButton(
  { fetch, state }: Scene,
  command: ViewCommand,
): Promise<'done' | 'refused'> {
  const { iframeUrl, agentAccessToken } = requireSession(state())
  const path = new URL(iframeUrl).pathname.replace(/\/framed$/, '')
  const response = await fetch(`${path}/commands`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${agentAccessToken}` },
    body: JSON.stringify(command),
    within: commandMilliseconds,
  })
  return response.ok ? 'done' : 'refused'
}
