import type { SandboxCard } from '@tonegate/protocol/simulator-page-data'
import type { BrowserAssets } from '../http/browser-assets.ts'
import { type Html, html, htmlDocument } from '../http/html.ts'
import type { Http } from '../http/http.ts'
import { contentSecurityPolicy } from '../http/page-headers.ts'
import { sandboxCards } from '../vault/gateways/sandbox-cards.ts'
import type { SandboxRegion } from './sandbox-file.ts'

const outcomes: Readonly<Record<SandboxCard['outcome'], string>> = {
  approved: 'Approved',
  declined: 'Declined',
  review: 'Accepted and under review',
  error: 'The gateway reports an error',
  'no-answer': 'No answer, ever: unknown',
  'late-answer': 'Unknown at first, approved five seconds later',
  'lost-answer': 'No answer: unknown until the gateway is queried again',
  challenge: '3-D Secure on the payment page; approved on the keypad',
  'other-amount': 'Unknown: the gateway reports a different amount from the order’s',
}

/** The brands of the test cards, as people write them. */
const brandNames: Readonly<Record<string, string>> = {
  visa: 'Visa',
  mastercard: 'Mastercard',
  'american-express': 'American Express',
  'diners-club': 'Diners Club',
  discover: 'Discover',
  jcb: 'JCB',
  maestro: 'Maestro',
  unionpay: 'UnionPay',
}

/** `GET /sandbox/reference`: test cards, account configurations, clients and users, without their secrets, for those who try the sandbox. */
export function testCardsPage({
  assets,
  region,
}: {
  readonly assets: BrowserAssets
  readonly region: SandboxRegion
}): (app: Http) => void {
  const page = htmlDocument({
    title: 'Tonegate sandbox reference',
    stylesheets: [assets.pages.stylesheet],
    layout: 'wide',
    body: html`<main class="card">
<p><a href="/sandbox">Simulator</a></p>
<h1>Sandbox reference</h1>
<p>No real card is ever charged here. Use these cards on the simulated phone or on the payment page, with any expiry
date from this month on and any security code of the right length. Every other valid card number is approved.</p>
${testCards()}
${configurations(region)}
${clients(region)}
${users(region)}
${simulatedPhone}
</main>`,
  })
  const headers = {
    'content-security-policy': contentSecurityPolicy({ 'style-src': "'self'" }),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'content-type': 'text/html; charset=utf-8',
  }
  return (app) => {
    app.get('/sandbox/reference', async (_request, reply) => reply.headers(headers).send(page))
  }
}

const whatHappens = ({ outcome, declineReason }: SandboxCard): string =>
  declineReason ? `${outcomes[outcome]}: ${declineReason.replaceAll('-', ' ')}` : outcomes[outcome]

/** Each test card as people read it: number, brand, what happens; `docs/test-cards.md` has the same table. */
export const testCardRows: readonly (readonly [pan: string, brand: string, happens: string])[] =
  sandboxCards.map((card) => [card.pan, brandNames[card.brand] ?? card.brand, whatHappens(card)])

const testCards = (): Html => html`<h2>Test cards</h2>
<table>
<thead><tr><th scope="col">Card number</th><th scope="col">Brand</th><th scope="col">What happens</th></tr></thead>
<tbody>${testCardRows.map(
  ([pan, brand, happens]) => html`
<tr><td><code>${pan}</code></td><td>${brand}</td><td>${happens}</td></tr>`,
)}</tbody>
</table>`

const configurations = ({
  accountConfigurations,
}: SandboxRegion): Html => html`<h2>Account configurations</h2>
<table>
<thead><tr><th scope="col">accountConfigurationId</th><th scope="col">Behaviour</th><th scope="col">Result template</th></tr></thead>
<tbody>${accountConfigurations.map(
  ({ id, name, resultTemplate }) => html`
<tr><td><code>${id}</code></td><td>${name}</td><td>${resultTemplate}</td></tr>`,
)}</tbody>
</table>`

const clients = (region: SandboxRegion): Html => html`<h2>Clients</h2>
<p>One for each OAuth flow. Their secrets are in <code>sandbox.json</code>, in the data folder.</p>
<table>
<thead><tr><th scope="col">Name</th><th scope="col">For</th><th scope="col">Flows</th><th scope="col">Client id</th></tr></thead>
<tbody>${region.clients.map(
  ({ name, purpose, flows, clientId }) => html`
<tr><td>${name}</td><td>${purpose}</td><td>${flows.join(', ') || '–'}</td><td><code>${clientId}</code></td></tr>`,
)}</tbody>
</table>`

const users = (region: SandboxRegion): Html => html`<h2>Users</h2>
<table>
<thead><tr><th scope="col">Username</th><th scope="col">Name</th><th scope="col">Licence</th><th scope="col">Agent id</th></tr></thead>
<tbody>${region.users.map(
  ({ username, displayName, licence, agentId }) => html`
<tr><td><code>${username}</code></td><td>${displayName}</td><td>${licence}</td><td>${agentId ?? '–'}</td></tr>`,
)}</tbody>
</table>`

const simulatedPhone = html`<h2>The simulated phone</h2>
<dl class="telephone">
<dt><code>POST /sandbox/calls</code></dt>
<dd>with <code>{"agentId": "agent12345"}</code> puts the agent on a call and returns its <code>callGuid</code>.</dd>
<dt><code>POST /sandbox/calls/{callGuid}/keys</code></dt>
<dd>with <code>{"keys": "4111111111111111#1230#123#1"}</code> presses the caller’s keys, with an optional pause of
<code>gapMilliseconds</code> between them.</dd>
<dt><code>POST /sandbox/calls/{callGuid}/trouble</code></dt>
<dd>with <code>{"trouble": "in-band-tones"}</code>, <code>"audio-lost"</code> or <code>"audio-back"</code> simulates a
fault, or the end of one.</dd>
<dt><code>GET /sandbox/calls/{callGuid}/events</code></dt>
<dd>reports what the caller hears and whether the key tones are masked, as server-sent events.</dd>
<dt><code>DELETE /sandbox/calls/{callGuid}</code></dt>
<dd>hangs up.</dd>
<dt><code>POST /sandbox/sessions/{sessionGuid}/keys</code></dt>
<dd>presses keys for a session without a call.</dd>
</dl>`
