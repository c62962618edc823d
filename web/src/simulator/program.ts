import type { SimulatorPageData } from '@tonegate/protocol/simulator-page-data'
import type { TimelyFetch } from '../timely-fetch.ts'
import type { Exchange } from './exchange.ts'

/** What a POST answered that opened a session. */
export interface OpenedSession {
  readonly sessionGuid: string
  readonly providerSessionGuid: string
  readonly iframeUrl: string
  readonly agentAccessToken: string
  readonly agentRefreshToken: string
  readonly paymentFormUrl: string
}

/** What a GET answers, as far as the page looks into it. */
export interface SessionStatus {
  readonly sessionState: string
  readonly paymentResultData?: Readonly<Record<string, string>>
}

/** The program of the demo account. Each request is recorded, with its answer. */
export interface Program {
  asksForToken(): Promise<void>
  opensSession(
    kind: 'session' | 'digitalsession',
    asked: { readonly agentId: string; readonly configurationId: number },
  ): Promise<OpenedSession>
  reads(sessionGuid: string): Promise<SessionStatus>
  cancels(sessionGuid: string): Promise<void>
}

/** Longer than the sandbox takes for anything. */
const answerMilliseconds = 30_000

/** What the customer of the simulator buys. */
const paymentData = {
  FirstName: 'John',
  Surname: 'Smith',
  Amount: '12.40',
  Currency: 'GBP',
  MerchantReferenceCode: 'order-1001',
  CustomerPhoneNumber: '+48500000000',
}

/** @param record told of a request when it is sent, and again when it is answered. */
export function createProgram({
  data: { client, tokenUrl, apiUrl },
  fetch,
  record,
}: {
  readonly data: Pick<SimulatorPageData, 'client' | 'tokenUrl' | 'apiUrl'>
  readonly fetch: TimelyFetch
  readonly record: (exchange: Exchange) => void
}): Program {
  let sent = 0
  let token: string | undefined

  async function send(
    method: Exchange['method'],
    url: string,
    body?: Exchange['body'],
  ): Promise<Record<string, unknown>> {
    sent += 1
    const { pathname: path } = new URL(url)
    const exchange: Exchange = {
      id: sent,
      method,
      path,
      url,
      body,
      times: 1,
      authorization: token,
      status: null,
      answer: undefined,
    }
    if (method !== 'GET') record(exchange)
    const response = await fetch(path, { method, ...requestOf(exchange), within: answerMilliseconds })
    const answer = (await response.json()) as Record<string, unknown>
    record({ ...exchange, status: response.status, answer })
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}.`)
    return answer
  }

  return {
    async asksForToken() {
      token = undefined
      const members = {
        grant_type: 'client_credentials',
        scope: 'globalpci',
        client_id: client.clientId,
        client_secret: client.clientSecret,
      }
      const answer = await send('POST', tokenUrl, { kind: 'form', members })
      token = String(answer.access_token)
    },

    async opensSession(kind, { agentId, configurationId }) {
      const chosen = configurationId === 0 ? {} : { accountConfigurationId: configurationId }
      const content = { agentId, ...chosen, paymentData }
      const answer = await send('POST', `${apiUrl}/v1/${kind}`, { kind: 'json', content })
      return answer as unknown as OpenedSession
    },

    async reads(sessionGuid) {
      return (await send('GET', `${apiUrl}/v1/session/${sessionGuid}`)) as unknown as SessionStatus
    },

    async cancels(sessionGuid) {
      await send('POST', `${apiUrl}/v1/session/${sessionGuid}/cancel`)
    },
  }
}

function requestOf({ authorization, body }: Exchange): Pick<RequestInit, 'headers' | 'body'> {
  const bearer = authorization === undefined ? {} : { authorization: `Bearer ${authorization}` }
  if (body === undefined) return { headers: bearer }
  if (body.kind === 'form') return { headers: bearer, body: new URLSearchParams(body.members) }
  return {
    headers: { ...bearer, 'content-type': 'application/json' },
    body: JSON.stringify(body.content),
  }
}
