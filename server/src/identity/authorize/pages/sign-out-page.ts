import { html } from '../../../http/html.ts'
import { formActionTowards, hiddenFields } from '../forms.ts'
import { name, type Page, type Wording } from './page.ts'
import type { PendingSignOut } from './pending.ts'

/** Asks a person whether it is they who want to sign out. */
export function signOutPage(
  { texts: { signOut: texts } }: Wording,
  {
    pending,
    action,
    token,
  }: { readonly pending: PendingSignOut; readonly action: string; readonly token: string },
): Page {
  const { client, redirectUri, parameters, signIn } = pending
  return {
    title: texts.title,
    formAction: formActionTowards(redirectUri),
    body: html`<main class="card">
<header class="message">
<h1>${texts.title}</h1>
${client && html`<p>${texts.asks(name(client.name))}</p>`}
<p>${texts.signedInAs(name(signIn.user.displayName))}</p>
</header>
<form method="post" action="${action}">
${hiddenFields(token, parameters)}<button class="primary" type="submit">${texts.submit}</button>
</form>
<p class="footnote">${texts.stay}</p>
</main>`,
  }
}
