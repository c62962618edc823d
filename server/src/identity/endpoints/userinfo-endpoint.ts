import type { FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../../base/problem.ts'
import type { Region } from '../../base/region.ts'
import { FormBody } from '../../http/bodies/form-body.ts'
import type { Http } from '../../http/http.ts'
import { prepareRefusals } from '../tokens/bearer-refusals.ts'
import type { Admission, CheckAdmission, ProtectedResource } from '../tokens/check-bearer.ts'
import { profileClaims } from '../tokens/profile-claims.ts'
import type { Cors } from './cors.ts'

/** The endpoint as a resource of its own: the issuer is its tokens' audience, and `openid` the scope to have. */
export const userinfoResource = (region: Region): ProtectedResource => ({
  region,
  identifierOf: ({ issuer }) => issuer,
  scope: 'openid',
  people: 'all',
  aboutOf: ({ issuer }) => `realm="${issuer}"`,
})

/** What the answer may hold; `name` and `preferred_username` with the scope `profile`. */
export const userinfoClaims = ['sub', 'name', 'preferred_username', 'agent_id', 'account'] as const

const answerHeaders = { 'cache-control': 'no-store', 'content-type': 'application/json; charset=utf-8' }

/**
 * `GET` and `POST /auth/connect/userinfo` (OpenID Connect Core §5.3): who the person behind an access token is.
 * The token comes in the `Authorization` header and nowhere else; a refusal is the one of RFC 6750 §3.
 *
 * @param admit the bearer check for {@link userinfoResource}.
 */
export function addUserinfoEndpoint(
  app: Http,
  { region, admit, cors }: { readonly region: Region; readonly admit: CheckAdmission; readonly cors: Cors },
): void {
  const refusalsAt = prepareRefusals(userinfoResource(region))
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<string> => {
    const { about, asBearer } = refusalsAt(request.headers.host)
    refuseSecondToken(request, about)
    const { token, client, user } = await admit(request)
    cors.narrow(request, reply, client.allowedOrigins)
    if (user === undefined) throw asBearer.invalid()
    reply.headers(answerHeaders)
    return JSON.stringify(claimsOf(user, token))
  }
  const url = `${new URL(region.issuer).pathname}/connect/userinfo`
  app.register((scope, _options, done) => {
    cors.addTo(scope)
    scope.route({ method: ['GET', 'POST'], url, handler: answer })
    done()
  })
}

/** A request with a token in its header has none in its query or body besides (RFC 6750 §2). */
function refuseSecondToken({ headers, query, body }: FastifyRequest, about: string): void {
  if (headers.authorization === undefined) return
  const inBody = body instanceof FormBody && body.has('access_token')
  if (!inBody && !Object.hasOwn(query as object, 'access_token')) return
  throw new Problem('invalid-request', 'The access token was sent more than once.', {
    headers: { 'www-authenticate': `Bearer error="invalid_request", ${about}` },
  })
}

function claimsOf(user: NonNullable<Admission['user']>, { scopes }: Admission['token']) {
  return {
    sub: user.id,
    ...profileClaims(user, scopes),
    agent_id: user.agentId ?? undefined,
    account: user.account.id,
  } satisfies Partial<Record<(typeof userinfoClaims)[number], unknown>>
}
