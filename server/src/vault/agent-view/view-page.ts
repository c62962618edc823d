import { chooseLanguage, type Language } from '@tonegate/protocol/languages'
import type { LinkChannel } from '@tonegate/protocol/view-state'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Clock } from '../../base/clock.ts'
import type { Guid } from '../../base/guid.ts'
import type { Log } from '../../base/log.ts'
import type { Random } from '../../base/random.ts'
import type { BrowserAssets } from '../../http/browser-assets.ts'
import type { Http } from '../../http/http.ts'
import { contentSecurityPolicy } from '../../http/page-headers.ts'
import type { OpenSession } from '../model/vault-sessions.ts'
import { createOpenView, type OpensView } from './open-view.ts'
import { findSession, ViewAddress, type ViewRoutes, viewPath, viewPathOf } from './view-access.ts'
import { type ViewLayout, viewClosedDocument, viewDocument, viewRefusedDocument } from './view-document.ts'
import { answerErrorPage, pageErrorHandler } from './view-error-page.ts'
import { createViewOpenings } from './view-openings.ts'
import { createViewPageData } from './view-page-data.ts'
import { readPostedTokens } from './view-posted-tokens.ts'

/** What stands behind the address that a form leads to. */
const ViewQuery = Type.Object({
  opening: Type.Optional(Type.String({ maxLength: 64 })),
  host: Type.Optional(Type.String({ maxLength: 300 })),
})
type ViewQuery = Type.Static<typeof ViewQuery>

/** The telephone number of the caller that a session is with, where it is known. */
export type CallerNumber = (session: Guid) => Promise<string | undefined>

type ViewRequest = FastifyRequest<{ Params: ViewAddress; Querystring: ViewQuery }>

/**
 * `POST` or `GET …/view/{guid}/framed`, and the same without `/framed`: the agent's page (contract/provider §3).
 * The access token opens it, or else the refresh token, which is used up by that. Its script gets a fresh access
 * token, so that it has the whole of its five minutes. A form is answered by a redirect to an address that opens the
 * view once and that a reload can load: `opening` is its ticket, and `host` the origin of the page that posted the form.
 *
 * Where neither opens a live session, as when a page is reloaded after a while, the answer is a page that tries
 * to renew what its window has kept. A session that has ended, is unknown or belongs to another tenant answers with
 * the same page, which refuses to be framed. A view that was closed says so, whatever the tokens.
 *
 * @param channels those that links can be sent by.
 */
export function registerViewPage(
  app: Http,
  {
    sessions,
    viewTokens,
    opensView,
    setHeaders,
    channels,
    callerNumber,
    clock,
    random,
    log,
    assets,
  }: ViewRoutes & {
    /** Whether a token that was not issued for one session opens its view. */
    readonly opensView: OpensView
    readonly channels: readonly LinkChannel[]
    readonly callerNumber: CallerNumber
    readonly clock: Clock
    readonly random: Random
    readonly log: Log
    readonly assets: BrowserAssets
  },
): void {
  const openings = createViewOpenings({ clock, random })
  const openView = createOpenView({ openings, viewTokens, opensView })
  const pageData = createViewPageData({ viewTokens, channels, clock })

  async function answerViewPage(
    request: ViewRequest,
    reply: FastifyReply,
    layout: ViewLayout,
  ): Promise<FastifyReply> {
    const posted = readPostedTokens(request)
    const host = posted.origin || (request.query.host ?? '')
    const session = findSession(sessions, request.params)
    if (!session) return answerErrorPage(reply, 404, 'session-over', assets)
    const language = languageFor(request, session)
    const opening =
      session.viewAccess === 'open' ? await openView(session, posted, request.query.opening) : undefined
    allowFraming(reply, session)
    reply.type('text/html; charset=utf-8')
    if (session.viewAccess === 'closed') {
      return reply.code(403).send(viewClosedDocument({ language, layout, assets }))
    }
    if (!opening) {
      const path = viewPathOf(session)
      return reply.code(401).send(viewRefusedDocument({ path, origin: host, language, layout, assets }))
    }
    if (request.method === 'POST') {
      return leadToPage(reply, {
        path: `${viewPathOf(session)}${layout === 'panel' ? '/framed' : ''}`,
        query: { host, opening: openings.add(session, opening) },
      })
    }
    session.opened()
    log.info({ capture: session.guid, tenant: session.launch.tenant }, 'the agent view was opened')
    const shown = { host, opening, language, callerNumber: await callerNumber(session.guid) }
    const data = pageData(session, shown)
    return reply.send(viewDocument({ data, layout, assets }))
  }

  for (const [path, layout] of [
    [`${viewPath}/framed`, 'panel'],
    [viewPath, 'sheet'],
  ] as const) {
    app.route<{ Params: ViewAddress; Querystring: ViewQuery }>({
      method: ['GET', 'POST'],
      url: path,
      schema: { params: ViewAddress, querystring: ViewQuery },
      onRequest: setHeaders,
      exposeHeadRoute: false,
      errorHandler: pageErrorHandler(assets),
      handler: (request, reply) => answerViewPage(request, reply, layout),
    })
  }
}

/** The page that the form came from stays the referrer of the one that is loaded. */
function leadToPage(
  reply: FastifyReply,
  { path, query }: { readonly path: string; readonly query: Readonly<Required<ViewQuery>> },
): FastifyReply {
  return reply.removeHeader('referrer-policy').redirect(`${path}?${new URLSearchParams(query)}`, 303)
}

/** The browser's language; where it names none that there is, the flow's. */
function languageFor({ headers }: FastifyRequest, { launch }: OpenSession): Language {
  const acceptLanguage = `${headers['accept-language'] ?? ''},${launch.flow.language};q=0.001`
  return chooseLanguage({ uiLocales: undefined, acceptLanguage })
}

/**
 * Lets the flow's own origins frame the page, and nobody else. Without any, it stays forbidden. The page may send
 * its own form: to a browser, reloading a frame that a form has opened is that.
 */
function allowFraming(reply: FastifyReply, { launch }: OpenSession): void {
  const sources = launch.flow.frameAncestors.filter((source) => /^[\w.:/*'-]+$/.test(source)).join(' ')
  if (sources !== '') reply.removeHeader('x-frame-options')
  reply.header(
    'content-security-policy',
    contentSecurityPolicy({
      'script-src': "'self'",
      'style-src': "'self'",
      'connect-src': "'self'",
      'worker-src': "'self'",
      'img-src': "'self' data:",
      'frame-ancestors': sources || "'none'",
      'form-action': "'self'",
    }),
  )
}
