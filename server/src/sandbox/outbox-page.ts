import { acceptedTags, chooseLanguage, type Language, regionalTag } from '@tonegate/protocol/languages'
import type { Region } from '../base/region.ts'
import type { BrowserAssets } from '../http/browser-assets.ts'
import { type Html, html, htmlDocument } from '../http/html.ts'
import type { Http } from '../http/http.ts'
import { contentSecurityPolicy, pageHeaders } from '../http/page-headers.ts'
import type { OutboxMessage } from './outbox.ts'

const texts = {
  en: {
    title: 'Sandbox outbox',
    intro: 'The sandbox sends nothing to the outside. The last 100 messages stay here until it is stopped.',
    empty: 'No link has been sent yet.',
    refresh: 'Refresh',
    sms: 'Text message',
    email: 'Email',
    to: 'to',
    open: 'Open the payment page',
  },
  de: {
    title: 'Postausgang der Sandbox',
    intro:
      'Die Sandbox verschickt nichts nach außen. Die letzten 100 Nachrichten bleiben hier, bis die Sandbox beendet wird.',
    empty: 'Es wurde noch kein Link verschickt.',
    refresh: 'Aktualisieren',
    sms: 'SMS',
    email: 'E-Mail',
    to: 'an',
    open: 'Zahlungsseite öffnen',
  },
  pl: {
    title: 'Skrzynka nadawcza',
    intro:
      'Sandbox niczego nie wysyła na zewnątrz. Ostatnie 100 wiadomości pozostaje tutaj, dopóki sandbox działa.',
    empty: 'Nie wysłano jeszcze żadnego linku.',
    refresh: 'Odśwież',
    sms: 'SMS',
    email: 'E-mail',
    to: 'do',
    open: 'Otwórz stronę płatności',
  },
} as const satisfies Record<Language, object>

/**
 * `GET /sandbox/outbox`: the links that the sandbox has sent, for people; `GET /sandbox/outbox.json`: the same for
 * programs, as `{messages: [{channel, to, language, subject?, text, url, sentAt, capture}]}`, the newest first.
 */
export function outboxPage({
  messages,
  assets,
  region,
}: {
  /** The newest first. */
  readonly messages: () => Promise<readonly OutboxMessage[]>
  readonly assets: BrowserAssets
  readonly region: Region
}): (app: Http) => void {
  const headers = {
    ...pageHeaders(region.paymentOrigin),
    'content-security-policy': contentSecurityPolicy({ 'style-src': "'self'" }),
    'content-type': 'text/html; charset=utf-8',
    vary: 'accept-language',
  }
  return (app) => {
    app.get('/sandbox/outbox', async (request, reply) => {
      const acceptLanguage = request.headers['accept-language']
      const language = chooseLanguage({ uiLocales: undefined, acceptLanguage })
      const locale = regionalTag(language, acceptedTags(acceptLanguage))
      const document = outboxDocument(await messages(), { language, locale, assets })
      return reply.headers(headers).send(document)
    })
    app.get('/sandbox/outbox.json', async (_request, reply) => {
      const sent = await messages()
      const told = sent.map((each) => ({ ...each, sentAt: new Date(each.sentAt).toISOString() }))
      return reply.header('cache-control', 'no-store').send({ messages: told })
    })
  }
}

function outboxDocument(
  messages: readonly OutboxMessage[],
  {
    language,
    locale,
    assets,
  }: { readonly language: Language; readonly locale: string; readonly assets: BrowserAssets },
): string {
  const { title, intro, empty, refresh } = texts[language]
  return htmlDocument({
    language,
    title,
    stylesheets: [assets.pages.stylesheet],
    layout: 'wide',
    body: html`<main class="card">
<h1>${title}</h1>
<p>${intro}</p>
<p class="outbox-refresh"><a class="outbox-link" href="">${refresh}</a></p>
${messages.length === 0 ? html`<p class="hint">${empty}</p>` : undefined}
<ol class="outbox">${messages.map((message) => item(message, { language, locale }))}
</ol>
</main>`,
  })
}

function item(
  message: OutboxMessage,
  { language, locale }: { readonly language: Language; readonly locale: string },
): Html {
  const { channel, to, subject, text, url, sentAt } = message
  const words = texts[language]
  const time = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }).format(sentAt)
  return html`
<li class="outbox-message">
<h2>${words[channel]} ${words.to} ${to}</h2>
<p class="hint"><time datetime="${new Date(sentAt).toISOString()}">${time}</time></p>
${subject === undefined ? undefined : html`<p lang="${message.language}"><strong>${subject}</strong></p>`}
<p class="outbox-text" lang="${message.language}">${text.trim()}</p>
<p><a class="outbox-link" href="${url}" target="_blank" rel="noopener">${words.open}</a></p>
</li>`
}
