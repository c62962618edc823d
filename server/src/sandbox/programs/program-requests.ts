import type { FastifyRequest } from 'fastify'
import type { Region } from '../../base/region.ts'

/** What the sandbox's own phone calls itself where it asks the calls API: it is no program. */
export const phoneAgent = 'Tonegate-Sandbox-Phone'

/** What the program of a scenario calls itself that the sandbox plays. */
export const playedAgent = 'Tonegate-Sandbox-Scenario'

/** Which requests are those of a program that uses the region. */
export interface ProgramRequests {
  /** Of any API. */
  isOfProgram(request: Pick<FastifyRequest, 'url' | 'headers'>): boolean
  /** To the identity server or the Payment API. */
  isToApi(request: Pick<FastifyRequest, 'url'>): boolean
  /** Of a scenario. */
  isPlayed(request: Pick<FastifyRequest, 'headers'>): boolean
  /** To an endpoint whose errors are OAuth's. */
  isToOAuth(request: Pick<FastifyRequest, 'url'>): boolean
}

export function createProgramRequests({
  issuer,
  apiUrl,
}: Pick<Region, 'issuer' | 'apiUrl'>): ProgramRequests {
  const [identity, payments] = [new URL(issuer).pathname, new URL(apiUrl).pathname]
  const within = (paths: readonly string[]) => {
    const own = paths.map((path) => path.toLowerCase())
    return ({ url }: Pick<FastifyRequest, 'url'>) => {
      const asked = url.toLowerCase()
      return own.some((path) => asked.startsWith(path))
    }
  }
  const isToApi = within([`${identity}/connect/`, `${identity}/.well-known/`, `${payments}/v1/`])
  const isToOther = within(['/api/v1/', '/calls/v1/'])
  return {
    isToApi,
    isPlayed: ({ headers }) => headers['user-agent'] === playedAgent,
    isToOAuth: within(['token', 'revocation', 'introspect'].map((name) => `${identity}/connect/${name}`)),
    isOfProgram: (request) =>
      isToApi(request) || (isToOther(request) && request.headers['user-agent'] !== phoneAgent),
  }
}
