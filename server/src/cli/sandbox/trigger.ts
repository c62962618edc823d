import { sandboxCommand } from '../command.ts'
import { askSandbox, readAnswer, sandboxUrl, urlOption } from './asking.ts'

export const trigger = sandboxCommand({
  name: 'trigger',
  summary: 'Have a running sandbox play a scenario, and show what came of it; without a name, list them',
  argument: { name: 'scenario', help: 'such as approved or declined:insufficient-funds', optional: true },
  options: {
    url: urlOption,
    session: { value: 'GUID', help: 'the session that it is played in; default: one of its own' },
    agent: { value: 'ID', help: 'the agent who takes the call; default: one of its own' },
  },
  async run(asking, { url, session, agent }, name) {
    const from = sandboxUrl(asking, url)
    if (name === '') {
      const answer = await askSandbox(asking, new URL('/sandbox/scenarios', from))
      const { scenarios } = await readAnswer<Listed>(answer, 'scenarios')
      const rows = scenarios.map(({ name, sentence }) => ({ scenario: name, 'what happens': sentence }))
      return { kind: 'listed', rows, none: 'There are none.', full: scenarios }
    }
    const answer = await askSandbox(asking, new URL(`/sandbox/scenarios/${encodeURIComponent(name)}`, from), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        ...(session !== undefined && { sessionGuid: session }),
        ...(agent !== undefined && { agentId: agent }),
      }),
    })
    const { paymentResultData = {}, ...result } = await readAnswer<Played>(answer, 'scenario')
    const { paymentOutcome = null, declineReason = null } = paymentResultData
    const { scenario, finished, sessionGuid = null, sessionState = null } = result
    return {
      kind: 'shown',
      data: { scenario, sessionGuid, sessionState, paymentOutcome, declineReason, finished },
    }
  },
})

interface Listed {
  readonly scenarios: readonly { readonly name: string; readonly sentence: string }[]
}

interface Played {
  readonly scenario: string
  readonly finished: boolean
  readonly sessionGuid?: string
  readonly sessionState?: string
  readonly paymentResultData?: Readonly<Record<string, string>>
}
