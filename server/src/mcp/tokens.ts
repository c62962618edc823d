import type { Clock } from '../base/clock.ts'
import type { Outgoing, OutgoingAnswer } from '../base/outgoing/outgoing.ts'
import { retryAfterMilliseconds } from '../base/retry-after.ts'
import { readJson } from '../base/text/read-json.ts'
import { membersOf, unexpectedAnswer } from './answers.ts'
import type { Target } from './target.ts'
import { ToolFault } from './tool-fault.ts'

/** Access tokens with the scope `globalpci` and no other. */
export interface Tokens {
  /** One that is still valid; one request gets it, however many wait for it. */
  current(): Promise<string>
  /** It was refused, and is not used again. */
  drop(token: string): void
}

/** Before it expires, so that none expires on its way. */
const renewedEarlyMilliseconds = 60_000

const timeoutMilliseconds = 10_000

export function createTokens({
  target,
  send,
  clock,
}: {
  readonly target: () => Target
  readonly send: Outgoing
  readonly clock: Clock
}): Tokens {
  let kept: { readonly token: string; readonly until: number } | undefined
  let underWay: Promise<string> | undefined

  async function request(): Promise<string> {
    const began = clock.elapsed()
    const { tokenUrl, clientId, clientSecret } = target()
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      scope: 'globalpci',
      client_id: clientId,
      client_secret: clientSecret,
    })
    const answer = await send({
      method: 'POST',
      url: tokenUrl,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: Buffer.from(form.toString()),
      wipeBody: true,
      timeoutMilliseconds,
    })
    const { access_token: token, expires_in: seconds } = membersOf(readJson(answer.body))
    if (answer.status !== 200 || typeof token !== 'string') throw refusal(answer, clock.now())
    const lifetime = typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : 0
    kept = { token, until: began + Math.max(lifetime - renewedEarlyMilliseconds, lifetime / 2) }
    return token
  }

  return {
    current() {
      if (kept && clock.elapsed() < kept.until) return Promise.resolve(kept.token)
      underWay ??= request().finally(() => {
        underWay = undefined
      })
      return underWay
    },
    drop(token) {
      if (kept?.token === token) kept = undefined
    },
  }
}

const forOperator = 'Pass the call to a person, and tell the operator of this MCP server.'

const refusals: Readonly<Record<string, string>> = {
  invalid_client: 'Tonegate does not accept the client id and secret of this MCP server.',
  unauthorized_client: 'The client of this MCP server is not registered for the flow client_credentials.',
  invalid_scope: 'The client of this MCP server was not given the scope globalpci.',
}

function refusal(answer: OutgoingAnswer, now: number): ToolFault {
  const { error } = membersOf(readJson(answer.body))
  const known = typeof error === 'string' && Object.hasOwn(refusals, error) ? refusals[error] : undefined
  if (known) return new ToolFault(known, forOperator)
  if (answer.status !== 429) return unexpectedAnswer(answer)
  const seconds = Math.ceil((retryAfterMilliseconds(answer.headers, now) ?? 5000) / 1000)
  return new ToolFault('Too many tokens were requested.', `Try again in ${seconds} seconds.`)
}
