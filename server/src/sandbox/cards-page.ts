import type { SandboxCard } from '@tonegate/protocol/simulator-page-data'
import type { BrowserAssets } from '../http/browser-assets.ts'
import { html, htmlDocument } from '../http/html.ts'
import type { Http } from '../http/http.ts'
import { contentSecurityPolicy } from '../http/page-headers.ts'
import { sandboxCards } from '../vault/gateways/sandbox-cards.ts'
import type { SandboxRegion } from './sandbox-file.ts'

const outcomes: Readonly<Record<SandboxCard['outcome'], string>> = {
  approved: 'Approved',
  declined: 'Declined',
  review: 'Accepted, to be reviewed',
  error: 'The gateway answers with an error',
  'no-answer': 'The gateway never answers: unknown',
  'late-answer': 'Unknown at first, approved five seconds later',
  'lost-answer': 'The answer is lost: unknown, until the gateway is asked again',
  challenge: 'On the payment page the bank asks the customer (3-D Secure); on a keypad approved',
  'other-amount': 'Unknown: the gateway names another amount than the order’s, which is not believed',
}

/** `GET /sandbox/reference`: test cards, account configurations, clients and people, without their secrets, for whoever tries the sandbox. */
export function testCardsPage({
  assets,
  region,
}: {
  readonly assets: BrowserAssets
  readonly region: SandboxRegion
}): (app: Http) => void {
  const page = htmlDocument({
    title: 'Tonegate sandbox, reference',
    stylesheets: [assets.pages.stylesheet],
    layout: 'wide',
    body: html`<main class="card">
<p><a href="/sandbox">Simulator</a></p>
<h1>What the sandbox knows</h1>
<p>Nothing here moves money. Enter these cards on the simulated telephone or on the payment page; any expiry
date from this month on and any security code of the right length will do. Every other valid card is approved.</p>
<h2>Test cards</h2>
<table>
<thead><tr><th scope="col">Card number</th><th scope="col">Brand</th><th scope="col">What happens</th></tr></thead>
<tbody>${sandboxCards.map(
      (card) => html`
<tr><td><code>${card.pan}</code></td><td>${card.brand}</td><td>${whatHappens(card)}</td></tr>`,
    )}</tbody>
</table>
<h2>Account configurations</h2>
<table>
<thead><tr><th scope="col">accountConfigurationId</th><th scope="col">What it does</th><th scope="col">Result template</th></tr></thead>
<tbody>${region.accountConfigurations.map(
      ({ id, name, resultTemplate }) => html`
<tr><td><code>${id}</code></td><td>${name}</td><td>${resultTemplate}</td></tr>`,
    )}</tbody>
</table>
<h2>Clients</h2>
<p>One for each way to get a token. Their secrets are in <code>sandbox.json</code>, in the data folder.</p>
<table>
<thead><tr><th scope="col">Name</th><th scope="col">For</th><th scope="col">Flows</th><th scope="col">Client id</th></tr></thead>
<tbody>${region.clients.map(
      ({ name, purpose, flows, clientId }) => html`
<tr><td>${name}</td><td>${purpose}</td><td>${flows.join(', ') || 'none'}</td><td><code>${clientId}</code></td></tr>`,
    )}</tbody>
</table>
<h2>People</h2>
<table>
<thead><tr><th scope="col">Username</th><th scope="col">Name</th><th scope="col">Licence</th><th scope="col">Agent id</th></tr></thead>
<tbody>${region.users.map(
      ({ username, displayName, licence, agentId }) => html`
<tr><td><code>${username}</code></td><td>${displayName}</td><td>${licence}</td><td>${agentId ?? 'none'}</td></tr>`,
    )}</tbody>
</table>
<h2>The simulated telephone</h2>
<dl class="telephone">
<dt><code>POST /sandbox/calls</code></dt>
<dd>with <code>{"agentId": "agent12345"}</code> puts the agent on a call and answers its <code>callGuid</code>.</dd>
<dt><code>POST /sandbox/calls/{callGuid}/keys</code></dt>
<dd>with <code>{"keys": "4111111111111111#1230#123#1"}</code> presses the caller’s keys, <code>gapMilliseconds</code>
apart when it is given.</dd>
<dt><code>POST /sandbox/calls/{callGuid}/trouble</code></dt>
<dd>with <code>{"trouble": "in-band-tones"}</code>, <code>"audio-lost"</code> or <code>"audio-back"</code> lets something go
wrong.</dd>
<dt><code>GET /sandbox/calls/{callGuid}/events</code></dt>
<dd>tells what the caller hears and whether the keys are secured, as server-sent events.</dd>
<dt><code>DELETE /sandbox/calls/{callGuid}</code></dt>
<dd>hangs up.</dd>
<dt><code>POST /sandbox/sessions/{sessionGuid}/keys</code></dt>
<dd>presses keys for a session without a call.</dd>
</dl>
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
