import type { CallTrouble, TelephoneState, Tone } from '@tonegate/protocol/telephone'
import type { TimelyFetch } from '../timely-fetch.ts'

export type { TelephoneState, Tone } from '@tonegate/protocol/telephone'

/** A message on the customer's telephone. */
export interface PhoneMessage {
  readonly text: string
  readonly url: string
}

/** The sandbox's telephone, as the page reaches it. */
export interface Telephone {
  /** Puts the agent on a call with the caller; `on-another-call` when they are on one that is not ours. */
  call(agentId: string): Promise<{ readonly callGuid: string } | 'on-another-call'>
  press(callGuid: string, keys: string, gapMilliseconds: number): Promise<void>
  /** Also while the page is left. */
  hangUp(callGuid: string): Promise<void>
  trouble(callGuid: string, trouble: CallTrouble): Promise<void>
  /** Tells of each state until the call has ended. */
  watch(callGuid: string, watcher: (state: TelephoneState) => void): () => void
  /** The newest message for a session; undefined while there is none, `no-outbox` where none are kept. */
  readMessage(providerSessionGuid: string): Promise<PhoneMessage | undefined | 'no-outbox'>
}

interface Outbox {
  readonly messages: readonly (PhoneMessage & {
    readonly capture: string
    readonly sentAt: number
  })[]
}

/** A key is answered when its tones are over. */
const answerMilliseconds = 15_000

export const keys: readonly Tone[] = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#']

export function createTelephone({
  fetch,
  openEvents,
}: {
  readonly fetch: TimelyFetch
  readonly openEvents: (path: string) => EventSource
}): Telephone {
  const callPath = (callGuid: string) => `/sandbox/calls/${callGuid}`

  function send(path: string, body: object): Promise<Response> {
    const headers = { 'content-type': 'application/json' }
    return fetch(path, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
      within: answerMilliseconds,
    })
  }

  async function post(path: string, body: object): Promise<void> {
    const response = await send(path, body)
    if (!response.ok) throw new Error(`${path} answered ${response.status}.`)
  }

  return {
    async call(agentId) {
      const response = await send('/sandbox/calls', { agentId, whenOnCall: 'refuse' })
      if (response.status === 409) return 'on-another-call'
      if (!response.ok) throw new Error(`The call was answered ${response.status}.`)
      return (await response.json()) as { callGuid: string }
    },
    async press(callGuid, keys, gapMilliseconds) {
      await post(`${callPath(callGuid)}/keys`, { keys, gapMilliseconds })
    },
    async hangUp(callGuid) {
      await fetch(callPath(callGuid), { method: 'DELETE', keepalive: true, within: answerMilliseconds })
    },
    async trouble(callGuid, trouble) {
      await post(`${callPath(callGuid)}/trouble`, { trouble })
    },
    watch(callGuid, watcher) {
      const events = openEvents(`${callPath(callGuid)}/events`)
      events.addEventListener('telephone', ({ data }: MessageEvent<string>) => {
        const state = JSON.parse(data) as TelephoneState
        if (state.call === 'ended') events.close()
        watcher(state)
      })
      return () => events.close()
    },
    async readMessage(providerSessionGuid) {
      const response = await fetch('/sandbox/outbox.json', { within: answerMilliseconds })
      if (!response.ok) return 'no-outbox'
      const { messages } = (await response.json()) as Outbox
      const own = messages.filter(({ capture }) => capture === providerSessionGuid)
      return own.sort((one, other) => other.sentAt - one.sentAt)[0]
    },
  }
}
