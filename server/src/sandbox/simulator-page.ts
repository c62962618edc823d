import { chooseLanguage, languages } from '@tonegate/protocol/languages'
import type { SimulatedAgent, SimulatorPageData } from '@tonegate/protocol/simulator-page-data'
import { type Static, Type } from 'typebox'
import type { Parts } from '../base/parts.ts'
import { Problem } from '../base/problem.ts'
import type { BrowserAssets } from '../http/browser-assets.ts'
import { html, htmlDocument, jsonScript } from '../http/html.ts'
import type { Http } from '../http/http.ts'
import { contentSecurityPolicy, pageHeaders } from '../http/page-headers.ts'
import { sandboxCards } from '../vault/gateways/sandbox-cards.ts'
import { shortTimeoutConfigurationId } from './demo-configurations.ts'
import type { SandboxPrograms, SandboxRegion } from './sandbox-file.ts'
import { isOwnName } from './tools/own-page.ts'

const SimulatorQuery = Type.Object({
  language: Type.Optional(Type.Enum([...languages])),
  keyGap: Type.Optional(Type.String({ pattern: '^\\d{1,4}$' })),
})

/** For other tabs: an agent is on one call at a time. They only answer the telephone, and sign in nowhere. */
const otherAgents: readonly SimulatedAgent[] = [
  { agentId: 'agent23456', name: 'Billie Agent' },
  { agentId: 'agent34567', name: 'Charlie Agent' },
  { agentId: 'agent45678', name: 'Robin Agent' },
]

/** Slow enough to follow, and what a quick hand needs. */
const defaultKeyGap = 200

/**
 * `GET /sandbox`, to which `GET /` leads: the simulator. It shows a payment from three sides, the agent's desktop, the caller's telephone and
 * the program, and plays all of them. `language` chooses its language before the browser does; `keyGap` is the pause
 * between two keys in milliseconds.
 *
 * The page acts as the demo account's program, and holds its client secret for that; those of its other programs are for the
 * documentation’s “try it”. It is shown under names that belong to this server alone, so that no page of the internet can have
 * its own name lead here and read it.
 */
export function simulatorPage({
  assets,
  region,
  sandbox,
  clock,
}: Pick<Parts, 'region' | 'clock'> & {
  readonly assets: BrowserAssets
  readonly sandbox: SandboxRegion & SandboxPrograms
}): (app: Http) => void {
  const defaultHeaders = pageHeaders(region.paymentOrigin)
  const headers = {
    ...defaultHeaders,
    'content-type': 'text/html; charset=utf-8',
    // The agent view learns from the referrer whom it may post its messages to.
    'referrer-policy': 'same-origin',
    'content-security-policy': contentSecurityPolicy({
      'script-src': "'self'",
      'style-src': "'self'",
      'connect-src': "'self'",
      'img-src': "'self' data:",
      'frame-src': "'self'",
      'form-action': "'self'",
    }),
  }
  return (app) => {
    app.get('/', async (_request, reply) => reply.redirect('/sandbox'))

    app.get('/sandbox', { schema: { querystring: SimulatorQuery } }, async (request, reply) => {
      if (!isOwnName(request.hostname, region)) {
        throw new Problem('misdirected-request', 'The simulator is not available under this host name.')
      }
      const data = pageData(request.query, request.headers['accept-language'])
      return reply.headers(headers).send(document(data))
    })
  }

  function pageData(
    { language, keyGap }: Static<typeof SimulatorQuery>,
    acceptLanguage: string | undefined,
  ): SimulatorPageData {
    return {
      ...simulatedParties(sandbox),
      language: chooseLanguage({ uiLocales: language, acceptLanguage }),
      otherAgents,
      region: region.name,
      tokenUrl: sandbox.tokenUrl,
      apiUrl: sandbox.apiUrl,
      cards: sandboxCards,
      expiry: `12${String(new Date(clock.now()).getUTCFullYear() + 3).slice(-2)}`,
      shortTimeoutConfigurationId,
      keyGap: keyGap === undefined ? defaultKeyGap : Number(keyGap),
    }
  }

  function document(data: SimulatorPageData): string {
    return htmlDocument({
      language: data.language,
      title: 'Tonegate simulator',
      stylesheets: [assets.pages.stylesheet, ...assets.simulator.stylesheets],
      script: assets.simulator.script,
      layout: 'whole',
      body: html`<div id="simulator"></div>
<noscript><p class="notice">The simulator needs JavaScript. Without it, see
<a href="/sandbox/reference">the reference</a>.</p></noscript>
${jsonScript('simulator-data', data)}`,
    })
  }
}

type Parties = Pick<SimulatorPageData, 'client' | 'agent' | 'signIn' | 'platformKey' | 'provider'>

function simulatedParties({ clients, users, platforms, provider }: SandboxRegion & SandboxPrograms): Parties {
  const client = clients.find(({ flows }) => flows.includes('client_credentials'))
  const browser = clients.find(({ clientType }) => clientType === 'public')
  const agent = users.find(({ agentId }) => agentId !== null)
  const [platform] = platforms
  const [redirectUri] = browser?.redirectUris ?? []
  if (!client?.clientSecret || !agent?.agentId || !browser || !redirectUri || !platform)
    throw new Error('The demo account has not all of its programs and agents.')
  const { tenantname, username, clientId, clientSecret } = provider
  return {
    client: { clientId: client.clientId, clientSecret: client.clientSecret },
    agent: { agentId: agent.agentId, name: agent.displayName },
    signIn: { clientId: browser.clientId, redirectUri },
    platformKey: platform.key,
    provider: { tenantname, username, clientId, clientSecret },
  }
}
