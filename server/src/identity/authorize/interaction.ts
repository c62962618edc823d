import type { Guid } from '../../base/guid.ts'
import type { Http } from '../../http/http.ts'
import { createPageHeaders, type SetPageHeaders } from '../../http/page-headers.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { KnownClients } from '../clients/known-clients.ts'
import type { AuthenticateUser } from '../users/authenticate-user.ts'
import type { KnownUsers } from '../users/known-users.ts'
import type { AuthorizeUrl, ReadAuthorizationRequest } from './authorization-request.ts'
import type { AnswerClient } from './authorization-response.ts'
import { addConsentRoutes } from './consent-routes.ts'
import { type Consents, createConsents } from './consents.ts'
import { createFormTokens } from './csrf.ts'
import { addEndSession } from './end-session.ts'
import { formPaths } from './forms.ts'
import type { ReadIdTokenHint } from './id-token-hints.ts'
import { createKnownBrowsers } from './known-browsers.ts'
import { createPages, type Pages } from './pages/pages.ts'
import { createSignInNotices } from './sign-in-notices.ts'
import { addSignInRoutes } from './sign-in-routes.ts'
import { createSignIns, type SignIns } from './sign-ins.ts'

/** What passes between the identity server and a person: signing in, consenting, signing out. */
export interface Interaction {
  readonly signIns: SignIns
  readonly consents: Consents
  readonly pages: Pages
  readonly setHeaders: SetPageHeaders
  /** Adds what the forms of the pages are sent to, and the end session endpoint. */
  routes(app: Http): void
}

interface InteractionParts {
  /** The path of the stylesheet that all pages share. */
  readonly stylesheet: string
  readonly clients: KnownClients
  readonly users: KnownUsers
  readonly read: ReadAuthorizationRequest
  readonly readHint: ReadIdTokenHint
  readonly urlOf: AuthorizeUrl
  readonly answerClient: AnswerClient
  readonly authenticateUser: AuthenticateUser
  /** Ends what was granted in a sign-in, once it has ended. */
  readonly revokeOfSignIn: (signInId: Guid) => Promise<void>
}

export function createInteraction(parts: StoreParts & InteractionParts): Interaction {
  const { region } = parts
  const signIns = createSignIns(parts)
  const knownBrowsers = createKnownBrowsers(parts)
  const consents = createConsents(parts)
  const forms = createFormTokens(parts)
  const notices = createSignInNotices(parts)
  const pages = createPages({ ...parts, forms, notices })
  const setHeaders = createPageHeaders(region.issuer)
  const paths = formPaths(region.issuer)
  const ofPages = { ...parts, signIns, forms, pages, setHeaders }
  return {
    signIns,
    consents,
    pages,
    setHeaders,
    routes(app) {
      addSignInRoutes(app, paths.signIn, { ...ofPages, knownBrowsers })
      addConsentRoutes(app, paths.consent, { ...ofPages, consents })
      addEndSession(app, paths.endSession, ofPages)
    },
  }
}
