import type { FastifyRequest } from 'fastify'
import { Problem } from '../../base/problem.ts'
import { nameActor } from '../../base/request-scope.ts'
import { describeRefusal } from '../../http/refusals.ts'
import type { Platform } from '../platforms/platform.ts'
import type { Platforms } from '../platforms/platforms.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose key a request to the calls API bears. */
    platform: Platform | null
  }
}

const bearer = /^Bearer +(\S+)$/i

/**
 * Finds out which platform a request comes from (contract/calls §1), before its body is read.
 *
 * @throws {Problem} `unauthorized` without a key, `invalid-token` for one that is nobody's.
 */
export const createRequirePlatform =
  (platforms: Pick<Platforms, 'authenticate'>) =>
  async (request: FastifyRequest): Promise<void> => {
    const key = keyIn(request)
    if (key === undefined) {
      throw new Problem('unauthorized', 'A platform key is required: Authorization: Bearer tgp_….', {
        headers: { 'www-authenticate': 'Bearer' },
      })
    }
    const platform = await platforms.authenticate(key)
    if (!platform) {
      throw new Problem('invalid-token', 'The platform key is not valid, or the platform is disabled.', {
        headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
      })
    }
    describeRefusal(request, { clientId: platform.name, accountId: platform.accountId })
    nameActor({ kind: 'platform', id: platform.guid, name: platform.name })
    request.platform = platform
  }

/** Whether a request that was let in would be so still: its key may be removed since, or its platform disabled. */
export const createIsAllowed =
  (platforms: Pick<Platforms, 'authenticate'>) =>
  async (request: FastifyRequest): Promise<boolean> =>
    (await platforms.authenticate(keyIn(request) ?? '')) !== undefined

/** What a request bears as its platform's key. */
export const keyIn = ({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined =>
  bearer.exec(headers.authorization ?? '')?.[1]

/** The platform of a request that was let in. */
export function platformOf({ platform }: Pick<FastifyRequest, 'platform'>): Platform {
  if (!platform) throw new Error('The request was let in without a platform.')
  return platform
}
