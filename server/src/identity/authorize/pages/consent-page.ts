import { type Html, html } from '../../../http/html.ts'
import { spaceSeparated } from '../../space-separated.ts'
import { type Decision, formActionTowards, formFields, hiddenFields } from '../forms.ts'
import type { SignIn } from '../sign-ins.ts'
import { name, type Page, type Wording } from './page.ts'
import type { PendingRequest } from './pending.ts'
import type { Texts } from './texts/texts.ts'

/** Who wants what, in plain words, before it is given. */
export function consentPage(
  { texts: { consent: texts } }: Wording,
  {
    pending,
    signIn: { user },
    action,
    token,
  }: {
    readonly pending: PendingRequest
    readonly signIn: SignIn
    readonly action: string
    readonly token: string
  },
): Page {
  const { client, redirectUri, scope, parameters } = pending
  const [clientName, owner] = [name(client.name), name(client.account.name)]
  const isForeign = client.account.id !== user.account.id
  return {
    title: texts.title,
    formAction: formActionTowards(redirectUri),
    body: html`<main class="card">
<header class="message">
<h1>${texts.title}</h1>
<p>${texts.asks(clientName, owner)}</p>
</header>
<ul class="scopes">
${spaceSeparated(scope).map(
  (each) => html`<li>${scopeText(each, texts)}</li>
`,
)}</ul>
<dl class="facts">
<div><dt>${texts.signedInAs}</dt><dd><bdi>${user.displayName}</bdi></dd></div>
<div><dt>${texts.yourAccount}</dt><dd><bdi>${user.account.name}</bdi></dd></div>
<div class="destination"><dt>${texts.goesOnTo}</dt><dd>${destinationText(redirectUri, texts)}</dd></div>
</dl>
${isForeign ? html`<p class="notice">${texts.foreign(clientName, owner)}</p>` : undefined}
<form method="post" action="${action}">
${hiddenFields(token, parameters)}<div class="pair">
${button('allow', texts.allow, 'primary')}
${button('deny', texts.deny, '')}
</div>
${button('switch-user', texts.switchUser, 'plain')}
</form>
</main>`,
  }
}

const button = (decision: Decision, text: string, kind: string): Html =>
  html`<button class="${kind}" type="submit" name="${formFields.decision}" value="${decision}">${text}</button>`

/** A client may have been given a scope that this version has no words for. */
function scopeText(scope: string, { scopes }: Texts['consent']): Html {
  const text = new Map(Object.entries(scopes)).get(scope)
  return text === undefined ? html`<code>${scope}</code>` : html`${text}`
}

/** The host in ASCII, as a browser shows one that could be mistaken for another. */
function destinationText(redirectUri: string, texts: Texts['consent']): Html {
  const { protocol, host } = new URL(redirectUri)
  if (protocol === 'https:') return html`<bdi>${host}</bdi>`
  if (protocol === 'http:') return html`${texts.thisComputer} (<bdi>${host}</bdi>)`
  return html`${texts.appOnThisDevice} (<bdi>${protocol.slice(0, -1)}</bdi>)`
}
