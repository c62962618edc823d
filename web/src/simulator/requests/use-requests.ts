import type { LoggedRequest } from '@tonegate/protocol/logged-request'
import { useEffect, useState } from 'preact/hooks'
import { timelyFetch } from '../../timely-fetch.ts'

const pollMilliseconds = 1_500
const answerMilliseconds = 10_000

/** What is shown: the latest requests, `refused` where the sandbox lists none, `undefined` until it has answered. */
export type Requests = readonly LoggedRequest[] | 'refused' | undefined

/** The latest requests of programs, looked at again and again as long as somebody looks at them. */
export function useRequests(looks: boolean, status: 'all' | 'refused'): Requests {
  const [requests, setRequests] = useState<Requests>()
  useEffect(() => {
    if (!looks) return
    let isWanted = true
    async function look(): Promise<void> {
      if (document.visibilityState === 'hidden') return
      const found = await readRequests(status).catch(() => undefined)
      if (isWanted && found !== undefined) setRequests(found)
    }
    void look()
    const timer = setInterval(look, pollMilliseconds)
    return () => {
      isWanted = false
      clearInterval(timer)
    }
  }, [looks, status])
  return requests
}

async function readRequests(status: 'all' | 'refused'): Promise<Requests> {
  const query = status === 'all' ? '' : '?status=refused'
  const answer = await timelyFetch(`/sandbox/requests${query}`, { within: answerMilliseconds })
  if (answer.status === 409) return 'refused'
  if (!answer.ok) return undefined
  const { requests } = (await answer.json()) as { readonly requests: readonly LoggedRequest[] }
  return requests
}
