import { type Html, html } from '../../../http/html.ts'
import { formActionTowards, formFields, hiddenFields } from '../forms.ts'
import { name, type Page, type Wording } from './page.ts'
import type { PendingRequest, SignInNotice } from './pending.ts'
import type { PageMessage } from './texts/texts.ts'

const noticeId = 'notice'

/** Username and password. It works without a script, and the password never comes back in it. */
export function signInPage(
  wording: Wording,
  {
    pending,
    notice,
    action,
    token,
  }: {
    readonly pending: PendingRequest
    readonly notice: Exclude<SignInNotice, 'other-person'> | undefined
    readonly action: string
    readonly token: string
  },
): Page {
  const texts = wording.texts.signIn
  const { client, redirectUri, parameters, loginHint = '' } = pending
  const failed = notice === 'wrong' || typeof notice === 'object'
  const described = notice && html` aria-describedby="${noticeId}"`
  const marked = notice === 'wrong' ? html` aria-invalid="true"` : undefined
  const [focusUsername, focusPassword] =
    loginHint === '' ? [html` autofocus`, undefined] : [undefined, html` autofocus`]
  return {
    title: failed ? texts.errorTitle : texts.title,
    formAction: formActionTowards(redirectUri),
    body: html`<main class="card">
<header class="message">
<h1>${texts.title}</h1>
<p>${texts.asks(name(client.name), name(client.account.name))}</p>
</header>
${notice && noticeBox(wording, pending, notice)}
<form method="post" action="${action}">
${hiddenFields(token, parameters)}<div class="input">
<label for="username">${texts.username}</label>
<input id="username" name="${formFields.username}" type="text" value="${loginHint}" autocomplete="username"
 autocapitalize="none" spellcheck="false" required${described}${marked}${focusUsername}>
</div>
<div class="input">
<label for="password">${texts.password}</label>
<input id="password" name="${formFields.password}" type="password" autocomplete="current-password"
 required${described}${marked}${focusPassword}>
</div>
<button class="primary" type="submit">${texts.submit}</button>
</form>
</main>`,
  }
}

function noticeBox(
  { texts, language }: Wording,
  { client }: PendingRequest,
  notice: Exclude<SignInNotice, 'other-person'>,
): Html {
  const { again, foreignAccount, anotherPerson, wrong, throttled, busy } = texts.signIn
  switch (notice) {
    case 'sign-in-again':
      return html`<p class="notice" id="${noticeId}">${again}</p>`
    case 'foreign-account': {
      const text = foreignAccount(name(client.name), name(client.account.name))
      return html`<p class="notice" id="${noticeId}">${text}</p>`
    }
    case 'another-person':
      return html`<p class="notice" id="${noticeId}">${anotherPerson(name(client.name))}</p>`
    case 'wrong':
      return alert(wrong)
  }
  const when = inTime(notice.retryAfterSeconds, language)
  return alert(notice.reason === 'throttled' ? throttled(when) : busy(when))
}

const alert = ({
  heading,
  advice,
}: PageMessage): Html => html`<div class="notice danger" id="${noticeId}" role="alert">
<p><strong>${heading}</strong></p>
<p>${advice}</p>
</div>`

/** "in 2 minutes". */
function inTime(seconds: number, language: string): string {
  const format = new Intl.RelativeTimeFormat(language)
  return seconds < 60 ? format.format(seconds, 'second') : format.format(Math.ceil(seconds / 60), 'minute')
}
