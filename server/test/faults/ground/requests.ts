import type { SandboxRegion } from '../../../src/sandbox/sandbox-file.ts'
import type { TestNode } from '../../harness/test-nodes.ts'

/** What is answered, or why nothing was. */
export interface Answered {
  /** 0 where there was no answer. */
  readonly status: number
  readonly text: string
  readonly milliseconds: number
}

/** Sends requests, none of which throws, and counts what is answered. */
export interface Requests {
  /** How often each status was answered; 0 is no answer. */
  readonly answers: ReadonlyMap<number, number>
  /** How many requests had no answer while their patience lasted. */
  timedOut(): number
  /** With the token of the demo account's program. */
  ask(node: TestNode, path: string, init?: RequestInit): Promise<Answered>
  send(node: TestNode, path: string, init: RequestInit): Promise<Answered>
}

/** No request waits longer for an answer. */
const patience = 30_000

export function createRequests({ clients: [client] }: SandboxRegion): Requests {
  const answers = new Map<number, number>()
  let timedOut = 0
  let token: Promise<string> | undefined

  async function send(node: TestNode, path: string, init: RequestInit): Promise<Answered> {
    const answer = await sendTo(node, path, init)
    if (answer.milliseconds >= patience) timedOut += 1
    answers.set(answer.status, (answers.get(answer.status) ?? 0) + 1)
    return answer
  }

  async function newToken(node: TestNode): Promise<string> {
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      scope: 'globalpci',
      client_id: client?.clientId ?? '',
      client_secret: client?.clientSecret ?? '',
    })
    const { status, text } = await send(node, '/auth/connect/token', { method: 'POST', body })
    if (status !== 200) throw new Error(`no token: ${status} ${text}`)
    return JSON.parse(text).access_token
  }

  function tokenAt(node: TestNode): Promise<string> {
    const asked = token ?? newToken(node)
    token = asked
    asked.catch(() => {
      if (token === asked) token = undefined
    })
    return asked
  }

  return {
    answers,
    timedOut: () => timedOut,
    send,
    async ask(node, path, init = {}) {
      try {
        const headers = { authorization: `Bearer ${await tokenAt(node)}`, ...(init.headers as object) }
        return await send(node, path, { ...init, headers })
      } catch (error) {
        return { status: 0, text: String(error), milliseconds: 0 }
      }
    },
  }
}

async function sendTo(node: TestNode, path: string, init: RequestInit): Promise<Answered> {
  const since = performance.now()
  try {
    const signal = AbortSignal.timeout(patience)
    const answer = await fetch(`${node.origin}${path}`, { redirect: 'manual', signal, ...init })
    const text = await answer.text()
    return { status: answer.status, text, milliseconds: performance.now() - since }
  } catch (error) {
    return { status: 0, text: String(error), milliseconds: performance.now() - since }
  }
}
