import type { FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../../base/problem.ts'
import type { Http } from '../../http/http.ts'
import { OAuthError } from '../../identity/endpoints/oauth-error.ts'
import type { ProgramRequests } from '../programs/program-requests.ts'
import type { ArmedFault, Faults } from './faults.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What was armed for it, in the sandbox. */
    armedFault: ArmedFault['kind'] | null
  }
}

const ofRequests = ['429', '502', '503', 'slow', 'answer-lost'] as const

const defaultSeconds = { '429': 1, '503': 5, slow: 5 } as const

/** As a proxy answers that cannot reach what stands behind it. */
const proxyPage =
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n'

/**
 * Lets the requests of programs fail as the sandbox was told, each in the shape that such an error really has. It is done once
 * their credentials and their form were found right.
 */
export function failRequests(
  app: Http,
  {
    faults,
    programs,
    wait,
  }: {
    readonly faults: Faults
    readonly programs: ProgramRequests
    /** Resolves after so many milliseconds, or when nobody is to wait any longer. */
    readonly wait: (milliseconds: number) => Promise<void>
  },
): void {
  app.decorateRequest('armedFault', null)

  app.addHook('preHandler', (request, reply, done) => {
    const mayFail = programs.isToApi(request) && !programs.isPlayed(request)
    const fault = mayFail && faults.take(ofRequests, request.url)
    if (!fault) return done()
    request.armedFault = fault.kind
    fail(request, reply, fault).then(() => reply.sent || done(), done)
  })

  app.addHook('onSend', (request, _reply, _payload, done) => {
    if (request.armedFault === 'answer-lost') request.raw.socket.destroy()
    done()
  })

  async function fail(request: FastifyRequest, reply: FastifyReply, fault: ArmedFault): Promise<unknown> {
    const { kind, seconds } = fault
    if (kind === '429') throw tooMany(seconds ?? defaultSeconds[kind], programs.isToOAuth(request))
    if (kind === '503') {
      const headers = { 'retry-after': String(seconds ?? defaultSeconds[kind]) }
      throw new Problem('overloaded', 'The server has too much to do. Try again later.', { headers })
    }
    if (kind === '502') return reply.code(502).type('text/html').send(proxyPage)
    if (kind === 'slow') await wait((seconds ?? defaultSeconds[kind]) * 1000)
    return undefined
  }
}

function tooMany(seconds: number, isToOAuth: boolean): Error {
  const headers = { 'retry-after': String(seconds) }
  return isToOAuth
    ? new OAuthError('temporarily_unavailable', {
        description: 'This client has sent too many token requests. Try again later.',
        headers,
      })
    : new Problem('quota-exceeded', 'Too many requests. Try again later.', { headers })
}
