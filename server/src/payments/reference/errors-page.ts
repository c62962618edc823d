import { authorizationErrors, oauthErrors, problems } from '../../base/problem.ts'
import { type Html, html, htmlDocument } from '../../http/html.ts'
import type { Advice } from './advice.ts'
import { authorizationAdvice, oauthAdvice } from './oauth-advice.ts'
import { problemAdvice } from './problem-advice.ts'

/**
 * The page that the `type` of every problem leads to (RFC 9457 §3.1.1), and the `error_uri` of an OAuth endpoint (RFC 6749
 * §5.2): one section for each code. `docs/errors.md` has the same texts.
 *
 * @param documentation where more is written, if it is served here.
 */
export function errorsPage({
  stylesheet,
  documentation,
}: {
  readonly stylesheet: string
  readonly documentation?: string | undefined
}): string {
  return htmlDocument({
    title: 'Errors',
    stylesheets: [stylesheet],
    layout: 'wide',
    body: html`<main class="card errors">
<h1>Errors</h1>
<p>Errors are answered as <code>application/problem+json</code> (RFC 9457). <code>detail</code> says what is wrong with your
request; <code>type</code> leads to this page.</p>
${documentation === undefined ? undefined : html`<p><a href="${documentation}">Documentation</a></p>`}
<h2 id="payment-api">Payment API, pages and sandbox</h2>
${Object.entries(problems).map(([code, { status, title }]) =>
  section({ id: code, name: code, status, title, advice: problemAdvice[code as keyof typeof problems] }),
)}
<h2 id="token-endpoint">Token endpoint</h2>
<p>They have the form of RFC 6749: <code>error</code> and usually an <code>error_description</code>. Introspection and revocation
answer in the same way.</p>
${Object.entries(oauthErrors).map(([code, status]) =>
  section({
    id: code.replaceAll(' ', '-'),
    name: code,
    status,
    advice: oauthAdvice[code as keyof typeof oauthErrors],
  }),
)}
<h2 id="authorization-endpoint">Authorization endpoint</h2>
<p>They come back to the redirect URI of the client, as its parameter <code>error</code>.</p>
${authorizationErrors.map((code) =>
  section({ id: `authorization-${code}`, name: code, advice: authorizationAdvice[code] }),
)}
</main>`,
  })
}

interface Section {
  readonly id: string
  readonly name: string
  readonly status?: number
  readonly title?: string
  readonly advice: Advice
}

const section = ({ id, name, status, title, advice }: Section): Html => html`<section id="${id}">
<h3><a href="#${id}"><code>${name}</code></a>${status && html` <span class="status">${status}</span>`}</h3>
${title && html`<p class="title">${title}</p>`}
<p>${prose(advice.cause)}</p>
<p><strong>What to do:</strong> ${prose(advice.remedy)}</p>
</section>
`

/** The Markdown of an advice as HTML. Links to other pages of the documents are only their words here. */
function prose(text: string): Html {
  const parts = text.split(/(`[^`]+`|\[[^\]]+\]\([^)]+\))/)
  return html`${parts.map((part) => {
    const link = /^\[([^\]]+)\]\(([^)]+)\)$/.exec(part)
    if (link?.[2]?.startsWith('https:')) return html`<a href="${link[2]}">${link[1]}</a>`
    if (link) return html`${link[1]}`
    return part.startsWith('`') ? html`<code>${part.slice(1, -1)}</code>` : html`${part}`
  })}`
}
