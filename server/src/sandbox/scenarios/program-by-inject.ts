import type { Guid } from '../../base/guid.ts'
import { Problem, type ProblemCode, problems } from '../../base/problem.ts'
import { readJson } from '../../base/text/read-json.ts'
import type { Http } from '../../http/http.ts'
import { playedAgent } from '../programs/program-requests.ts'
import type { SandboxRegion } from '../sandbox-file.ts'

/** What a GET answers, as far as scenarios look into it. */
export interface PlayedStatus {
  readonly sessionGuid: Guid
  readonly providerSessionGuid: Guid
  readonly callGuid?: Guid
  readonly sessionState: string
  readonly paymentResultData?: Readonly<Record<string, string>>
}

/** What a program orders in a session. */
export interface PlayedOrder {
  readonly agentId: string
  readonly configurationId: number
  readonly paymentData: Readonly<Record<string, string>>
  /** Sessions that are not on a call. */
  readonly skipCallTransfer?: boolean
}

export type PlayedProgram = ReturnType<typeof createPlayedProgram>

/** The demo account's program, which asks this very server as a program elsewhere does, without a network between. */
export function createPlayedProgram({
  app,
  sandbox: { tokenUrl, apiUrl, clients },
}: {
  readonly app: Pick<Http, 'inject'>
  readonly sandbox: SandboxRegion
}) {
  const client = clients.find(({ flows }) => flows.includes('client_credentials'))
  let token: string | undefined

  async function send<T>(method: 'GET' | 'POST', url: string, body?: object): Promise<T> {
    const answer = await app.inject({
      method,
      url,
      headers: {
        'user-agent': playedAgent,
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { payload: JSON.stringify(body) }),
    })
    const said = readJson(Buffer.from(answer.body)) as T
    if (answer.statusCode >= 400) throw refusalOf(said as Partial<ProblemJson>, answer.statusCode)
    return said
  }

  return {
    async asksForToken(): Promise<void> {
      token = undefined
      const form = new URLSearchParams({
        grant_type: 'client_credentials',
        scope: 'globalpci',
        client_id: client?.clientId ?? '',
        client_secret: client?.clientSecret ?? '',
      })
      const answer = await app.inject({
        method: 'POST',
        url: tokenUrl,
        headers: { 'user-agent': playedAgent, 'content-type': 'application/x-www-form-urlencoded' },
        payload: form.toString(),
      })
      if (answer.statusCode !== 200) {
        throw new Problem('not-possible-now', 'The demo client is refused a token. Was its secret changed?')
      }
      token = JSON.parse(answer.body).access_token
    },
    async opens(kind: 'session' | 'digitalsession', order: PlayedOrder): Promise<PlayedStatus> {
      const { sessionGuid, providerSessionGuid } = await send<PlayedStatus>('POST', `${apiUrl}/v1/${kind}`, {
        agentId: order.agentId,
        ...(order.configurationId !== 0 && { accountConfigurationId: order.configurationId }),
        ...(order.skipCallTransfer && { skipCallTransfer: true }),
        paymentData: order.paymentData,
      })
      return { sessionGuid, providerSessionGuid, sessionState: 'Created' }
    },
    reads: (guid: Guid) => send<PlayedStatus>('GET', `${apiUrl}/v1/session/${guid}`),
    cancels: (guid: Guid) => send<object>('POST', `${apiUrl}/v1/session/${guid}/cancel`),
    refunds: (guid: Guid) => send<object>('POST', `${apiUrl}/v1/session/${guid}/refund`, {}),
  }
}

interface ProblemJson {
  readonly type: string
  readonly detail: string
}

/** The problem that an answer is, to be answered in turn. */
function refusalOf({ type = '', detail = '' }: Partial<ProblemJson>, status: number): Error {
  const code = (Object.keys(problems) as ProblemCode[]).find((each) => type.endsWith(`#${each}`))
  return code ? new Problem(code, detail) : new Error(`The program was answered ${status}.`)
}
