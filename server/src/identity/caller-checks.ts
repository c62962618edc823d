import { createNoteRefusals } from '../audit/note-refusals.ts'
import { createRateLimit } from '../base/throttle/rate-limit.ts'
import { clientRules, personRules } from '../base/throttle/throttle-rules.ts'
import { createStoredThrottle } from '../store/kept-throttle.ts'
import type { StoreParts } from '../store/parts.ts'
import { createAuthorizationRequests, createAuthorizeUrl } from './authorize/authorization-request.ts'
import { createAuthorizationResponses } from './authorize/authorization-response.ts'
import { createIdTokenHints } from './authorize/id-token-hints.ts'
import { createClientAuthentication } from './clients/authenticate-client.ts'
import { createAssertionCheck } from './clients/client-assertion.ts'
import { createUsedAssertions } from './clients/used-assertions.ts'
import { createCors } from './endpoints/cors.ts'
import { createDeprecationWarnings } from './endpoints/deprecated-flow.ts'
import { createProvenKey } from './grants/proven-key.ts'
import type { TokenIssuing } from './token-issuing.ts'
import { createBearerCheck, type ProtectedResource } from './tokens/check-bearer.ts'
import { createProofCheck } from './tokens/dpop-proof.ts'
import { rememberVerified } from './tokens/remember-verified.ts'
import { createTokenVerification } from './tokens/verify-access-token.ts'
import { createUserAuthentication } from './users/authenticate-user.ts'
import type { Derive } from './users/hash-password.ts'

export type CallerChecks = ReturnType<typeof createCallerChecks>

/** Who is let in, and how they say who they are. */
export function createCallerChecks(
  parts: TokenIssuing & Awaited<ReturnType<typeof openThrottles>> & { readonly derivePassword: Derive },
) {
  const { store, clock, region, clients, keyring, ofPeople, ofClients } = parts
  const cors = createCors(parts)
  const readHint = createIdTokenHints(parts)
  const verify = createTokenVerification(parts)
  const { tokenRequestsPerSecond: requestsPerSecond } = parts.settings
  const authenticateUser = createUserAuthentication({
    ...parts,
    derive: parts.derivePassword,
    throttle: ofPeople,
  })
  const usedAssertions = createUsedAssertions(store)
  const proofs = { clock, usedAnywhere: store.isShared ? usedAssertions : undefined }
  const checkProof = createProofCheck(proofs)
  return {
    cors,
    verify,
    verifyOften: rememberVerified({ verify, keyring, clock }),
    authenticateUser,
    authenticate: createClientAuthentication({
      clients,
      checkAssertion: createAssertionCheck({ clock, region, usedAssertions }),
      throttle: ofClients,
      note: createNoteRefusals(parts),
    }),
    rateLimit: requestsPerSecond === null ? null : createRateLimit({ clock, requestsPerSecond }),
    warn: createDeprecationWarnings(parts),
    readHint,
    read: createAuthorizationRequests({ clients, readHint }),
    urlOf: createAuthorizeUrl(region),
    answerClient: createAuthorizationResponses(region, parts.stylesheet),
    provenKey: createProvenKey({ checkProof, checkPublicProof: createProofCheck(proofs), region }),
    admitTo: (resource: ProtectedResource) =>
      createBearerCheck({ ...parts, verify, resource, checkProof: createProofCheck(proofs) }),
  }
}

/** Wrong passwords and wrong client secrets, counted and slowed; not forgotten by a restart. */
export async function openThrottles(given: StoreParts) {
  const ofPeople = createStoredThrottle({ ...given, name: 'people', rules: personRules })
  const ofClients = createStoredThrottle({ ...given, name: 'clients', rules: clientRules })
  await Promise.all([ofPeople.load(), ofClients.load()])
  return { ofPeople, ofClients, close: () => Promise.all([ofPeople.close(), ofClients.close()]) }
}
