import type { Region } from '../base/region.ts'
import type { Http } from '../http/http.ts'
import type { StoreParts } from '../store/parts.ts'
import { type Administration, createAdministration } from './administration.ts'
import { createInteraction } from './authorize/interaction.ts'
import type { BearerCheck } from './bearer.ts'
import { createCallerChecks, openThrottles } from './caller-checks.ts'
import type { Cors } from './endpoints/cors.ts'
import { protectedResourceMetadataUrl } from './endpoints/discovery.ts'
import { identityRoutes } from './identity-routes.ts'
import { paymentScope } from './scopes.ts'
import { createTokenIssuing, type IdentityParts } from './token-issuing.ts'
import type { ProtectedResource } from './tokens/check-bearer.ts'
import { createFindEnded, type FindEnded } from './tokens/find-ended.ts'
import { createUpkeep } from './upkeep.ts'
import { createPasswordHashing } from './users/password-hashing.ts'

/** Who is calling, and may they: a region's identity server and its bearer check. */
export interface Identity extends Administration {
  /** Adds the token endpoint and the discovery pages. */
  routes(app: Http): void
  readonly bearer: BearerCheck
  readonly cors: Cors
  readonly findEnded: FindEnded
  /** Stops what it does by itself, and resolves when nothing of that is under way. */
  close(): Promise<void>
}

/** Opens a region's identity server; at the first start its signing keys are made. */
export async function createIdentity(given: StoreParts & IdentityParts): Promise<Identity> {
  const { passwordHashing = createPasswordHashing() } = given
  const core = await createTokenIssuing(given)
  const throttles = await openThrottles(given)
  const callers = {
    ...core,
    ...createCallerChecks({ ...core, ...throttles, derivePassword: passwordHashing.derive }),
  }
  const interaction = createInteraction({ ...callers, revokeOfSignIn: core.refreshTokens.revokeOfSignIn })
  const upkeep = createUpkeep(given)
  const admitToPayments = callers.admitTo(paymentsResource(given.region))
  return {
    routes: (app) => identityRoutes(app, { ...callers, interaction }),
    cors: callers.cors,
    findEnded: createFindEnded(core),
    async close() {
      await Promise.all([
        core.keyring.close(),
        upkeep.close(),
        core.revocations.close(),
        passwordHashing.close(),
      ])
      await throttles.close()
    },
    bearer(request) {
      const admission = admitToPayments(request)
      return admission instanceof Promise ? admission.then(({ caller }) => caller) : admission.caller
    },
    ...createAdministration(given),
  }
}

/** Who may call the Payment API: a program, or a person who is an agent. */
const paymentsResource = (region: Region): ProtectedResource => ({
  region,
  identifierOf: ({ apiUrl }) => apiUrl,
  scope: paymentScope,
  people: 'agents',
  aboutOf: (addresses) => `resource_metadata="${protectedResourceMetadataUrl(addresses)}"`,
})
