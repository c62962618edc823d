import type { FastifyReply, FastifyRequest } from 'fastify'
import type { BrowserAssets } from '../base/browser-assets.ts'
import { html, htmlDocument, jsonScript } from '../base/html.ts'
import type { Http } from '../base/http.ts'
import type { Log } from '../base/log.ts'
import { contentSecurityPolicy } from '../base/page-headers.ts'
import type { LiveCapture } from './capture-sessions.ts'
import { findCapture, renewInSeconds, ViewAddress, type ViewRoutes, viewPath } from './view-access.ts'
import { answerErrorPage, pageErrorHandler } from './view-error-page.ts'
import type { ViewPageData, ViewTokenPair } from './view-page-data.ts'
import { type PostedTokens, readPostedTokens } from './view-posted-tokens.ts'

/**
 * `POST` or `GET …/view/{guid}/framed`, and the same without `/framed`: the agent's page (contract/provider §3).
 * The access token opens it, or else the refresh token, which is used up by that. Its script gets a fresh access
 * token, so that it has the whole of its five minutes.
 *
 * A session that has ended, is unknown or belongs to another tenant answers with the same page, which refuses
 * to be framed.
 */
export function registerViewPage(
  app: Http,
  {
    captures,
    viewTokens,
    setHeaders,
    log,
    assets,
  }: ViewRoutes & { readonly log: Log; readonly assets: BrowserAssets },
): void {
  async function answerViewPage(
    request: FastifyRequest<{ Params: ViewAddress }>,
    reply: FastifyReply,
    layout: 'panel' | 'sheet',
  ): Promise<FastifyReply> {
    const posted = readPostedTokens(request)
    const capture = findCapture(captures, request.params)
    if (!capture) return answerErrorPage(reply, 404, 'session-over', assets)
    const tokens = await exchangeTokens(capture, posted)
    if (!tokens) return answerErrorPage(reply, 401, 'tokens-refused', assets)
    capture.opened()
    log.info({ capture: capture.guid, tenant: capture.launch.tenant }, 'the agent view was opened')
    allowFraming(reply, capture.launch.flow.frameAncestors)
    return reply.type('text/html; charset=utf-8').send(viewDocument({ capture, tokens, layout, assets }))
  }

  async function exchangeTokens(
    capture: LiveCapture,
    { accessToken, refreshToken }: PostedTokens,
  ): Promise<ViewTokenPair | undefined> {
    const known = viewTokens.verify(accessToken) === capture.guid
    const refresh = known ? refreshToken : await capture.renew(refreshToken)
    if (refresh === undefined) return undefined
    return { accessToken: viewTokens.issue(capture.guid), refreshToken: refresh, renewInSeconds }
  }

  for (const [path, layout] of [
    [`${viewPath}/framed`, 'panel'],
    [viewPath, 'sheet'],
  ] as const) {
    app.route<{ Params: ViewAddress }>({
      method: ['GET', 'POST'],
      url: path,
      schema: { params: ViewAddress },
      onRequest: setHeaders,
      exposeHeadRoute: false,
      errorHandler: pageErrorHandler(assets),
      handler: (request, reply) => answerViewPage(request, reply, layout),
    })
  }
}

function viewDocument({
  capture,
  tokens,
  layout,
  assets,
}: {
  readonly capture: LiveCapture
  readonly tokens: ViewTokenPair
  readonly layout: 'panel' | 'sheet'
  readonly assets: BrowserAssets
}): string {
  const { launch, guid } = capture
  const data: ViewPageData = {
    path: `/session/${launch.tenant}/view/${guid}`,
    tokens,
    state: capture.view(),
    entry: launch.entry,
    confirmByKeypad: launch.flow.confirmByKeypad,
  }
  return htmlDocument({
    title: 'Card payment',
    stylesheets: [assets.pages.stylesheet, ...assets.agentView.stylesheets],
    script: assets.agentView.script,
    layout,
    body: html`<main id="view" class="view"></main>
<noscript><p class="notice">This page needs JavaScript.</p></noscript>
${jsonScript('view-data', data)}`,
  })
}

/** Lets the flow's own origins frame the page, and nobody else. Without any, it stays forbidden. */
function allowFraming(reply: FastifyReply, frameAncestors: readonly string[]): void {
  const sources = frameAncestors.filter((source) => /^[\w.:/*'-]+$/.test(source)).join(' ')
  if (sources !== '') reply.removeHeader('x-frame-options')
  reply.header(
    'content-security-policy',
    contentSecurityPolicy({
      'script-src': "'self'",
      'style-src': "'self'",
      'connect-src': "'self'",
      'img-src': "'self' data:",
      'frame-ancestors': sources || "'none'",
    }),
  )
}
