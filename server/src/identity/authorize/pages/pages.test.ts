import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { type TestContext, test } from 'node:test'
import { type Language, languages } from '@tonegate/protocol/languages'
import { assertTypography } from '../../../../test/harness/test-typography.ts'
import { html } from '../../../http/html.ts'
import { readForm } from '../test-authorize.ts'
import { afterSignOut, password, startInteraction } from '../test-interaction.ts'
import { textsOf } from './texts/texts-of.ts'

const naughtyStrings: readonly string[] = createRequire(import.meta.url)('big-list-of-naughty-strings')

/** Each page once, by its name. */
async function everyPage(t: TestContext, headers: Readonly<Record<string, string>> = {}) {
  const { browser, signedIn, request, clientId, answerAttempts } = await startInteraction(t)
  const ada = await signedIn()
  const somebody = browser()
  const signIn = await somebody.visit(request(), { headers })
  await somebody.submit(signIn, { username: 'ada', password: 'x' })
  const wrong = await somebody.visit(request(), { headers })
  const end = `/auth/connect/endsession?client_id=${clientId}`
  const pages = {
    'sign-in': signIn,
    wrong,
    'sign-in again': await ada.visit(request({ prompt: 'login' }), { headers }),
    consent: await ada.visit(request({ prompt: 'consent' }), { headers }),
    'sign-out': await ada.visit(end, { headers }),
    'signed out': await browser().visit(end, { headers }),
    error: await ada.visit(request({ redirect_uri: 'https://evil.example/' }), { headers }),
    expired: await browser().post('/auth/consent', request().split('?')[1] ?? '', headers),
    'no page': await ada.visit('/auth/sign-in', { headers }),
  }
  answerAttempts({ outcome: 'authenticated', user: null as never })
  const form = new URLSearchParams({ ...readForm(signIn.body).fields, username: 'ada', password })
  const failed = await somebody.post('/auth/sign-in', form.toString(), headers)
  assert.equal(failed.statusCode, 500)
  return Object.entries({ ...pages, failed })
}

test('no page can be framed, kept, guessed at, or refers to what it was (RFC-19, RFC-48, RFC-52)', async (t) => {
  for (const [name, { headers }] of await everyPage(t)) {
    assert.equal(headers['x-frame-options'], 'deny', name)
    assert.equal(headers['cache-control'], 'no-store', name)
    assert.equal(headers['referrer-policy'], 'no-referrer', name)
    assert.equal(headers['x-content-type-options'], 'nosniff', name)
    assert.equal(headers['strict-transport-security'], 'max-age=31536000', name)
    assert.equal(headers['content-type'], 'text/html; charset=utf-8', name)
    assert.equal(headers['access-control-allow-origin'], undefined, name)
    const policy = String(headers['content-security-policy'])
    assert.match(policy, /^default-src 'none'; img-src 'self'; style-src 'self'; /, name)
    assert.match(policy, /; frame-ancestors 'none'; .*base-uri 'none'$|; base-uri 'none'$/, name)
    assert.match(policy, /frame-ancestors 'none'/, name)
    assert.doesNotMatch(policy, /unsafe|script-src|\*/, name)
  }
})

test('no page has a script, or loads anything but its stylesheet (RFC-48)', async (t) => {
  for (const [name, { body }] of await everyPage(t)) {
    assert.doesNotMatch(body, /<script|\son\w+=|\sstyle=|<img|<iframe|url\(/i, name)
    const sources = [...body.matchAll(/\s(?:href|src)="([^"]*)"/g)].map(([, source = '']) => source)
    for (const source of sources) assert.match(source, /^\/(assets\/pages\.css$|favicon\.svg$|auth\/)/, name)
  }
})

for (const language of languages) {
  test(`the browser's language is that of every page, ${language}`, async (t) => {
    for (const [name, { headers, body }] of await everyPage(t, { 'accept-language': `${language}-XX, fr` })) {
      assert.match(body, new RegExp(`^<!doctype html>\n<html lang="${language}">`), name)
      assert.equal(headers['content-language'], language, name)
      assert.equal(headers.vary, 'Accept-Language', name)
    }
  })
}

test('ui_locales says the language before the browser does, also after a failure', async (t) => {
  const { browser, request } = await startInteraction(t)
  const ada = browser()
  const options = { headers: { 'accept-language': 'de' } }
  const page = await ada.visit(request({ ui_locales: 'fr pl-PL' }), options)
  assert.match(page.body, /<h1>Logowanie<\/h1>/)
  const wrong = await ada.submitAndLoad(page, { username: 'ada', password: 'x' })
  assert.match(wrong.body, /Nieprawidłowa nazwa użytkownika lub hasło/)
})

/** All texts of one language, with `x` for each name. */
function flat(value: unknown): readonly string[] {
  const markup = html`x`
  if (typeof value === 'string') return [value]
  if (typeof value === 'function') return flat(value(markup, markup))
  return Object.values(value as object).flatMap(flat)
}

test('the texts of each language are its own, and none is empty', () => {
  const [english, ...others] = languages.map((language: Language) => flat(textsOf(language)))
  for (const texts of others) {
    assert.equal(texts.length, english?.length)
    for (const [index, text] of texts.entries()) assert.notEqual(text, english?.[index])
  }
  for (const text of [...(english ?? []), ...others.flat()]) assert.match(text, /^\S.*\S$/)
})

/** What takes people to be men or women; `Benutzername` and `nazwa użytkownika` are what a field is called. */
const takesForMen: Readonly<Record<Language, RegExp>> = {
  en: /\b(?:he|she|his|her)\b/i,
  de: /\bBenutzern?\b|Agenten|Betreuer|Mitarbeiter/,
  pl: /zalogowan(?:y|ym|ego)(?!\p{L})|(?<!\p{L})(?:pan|pani|pana|panią)(?!\p{L})/iu,
}

for (const language of languages) {
  test(`the texts are set as the language is, and take nobody for a man or a woman, ${language}`, () => {
    for (const text of flat(textsOf(language))) {
      assertTypography(language, text, text)
      assert.doesNotMatch(text, takesForMen[language])
    }
  })
}

test('after the form the browser may go on to the client, by its scheme', async (t) => {
  const redirectUris = ['https://desktop.example.com/cb', 'http://127.0.0.1/cb', 'com.example.desk:/cb']
  const { browser, request, signedIn, clientId } = await startInteraction(t, {
    client: { clientType: 'public', redirectUris },
  })
  const formAction = async (redirect_uri: string) => {
    const { headers } = await browser().visit(request({ redirect_uri }))
    return /form-action ([^;]*)/.exec(String(headers['content-security-policy']))?.[1]
  }
  assert.equal(await formAction('https://desktop.example.com/cb'), "'self' https:")
  assert.equal(await formAction('http://127.0.0.1:50123/cb'), "'self' http: https:")
  assert.equal(await formAction('com.example.desk:/cb'), "'self' com.example.desk:")
  const ada = await signedIn()
  const end = new URLSearchParams({ client_id: clientId, post_logout_redirect_uri: afterSignOut })
  const asked = await ada.visit(`/auth/connect/endsession?${end}`)
  assert.match(String(asked.headers['content-security-policy']), /form-action 'self' https:;/)
})

test('every parameter goes through the form as it came, whatever it holds (RFC-9)', async (t) => {
  const { browser, request } = await startInteraction(t)
  for (const text of naughtyStrings.filter((each) => each !== '')) {
    const sent = text.toWellFormed()
    const state = sent.replace(/[^\x20-\x7e]/g, '?')
    const changes = { state, login_hint: sent, nonce: sent.slice(0, 500), ui_locales: sent }
    const page = await browser().visit(request(changes))
    assert.equal(page.statusCode, 200, text)
    const { form_token: _, username, ...fields } = readForm(page.body).fields
    assert.equal(username, sent)
    assert.deepEqual(
      fields,
      Object.fromEntries(new URL(request(changes), 'https://here.example').searchParams),
    )
    assertHarmless(page.body, text)
  }
})

test('names that somebody chose stay text', async (t) => {
  const name = `"><script>alert(1)</script><b '&quot; \u202egnp.exe`
  const { signedIn, request } = await startInteraction(t, { client: { name } })
  const page = await (await signedIn()).visit(request({ prompt: 'consent' }))
  assert.ok(
    page.body.includes(
      '<bdi>&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;b &#39;&amp;quot; \u202egnp.exe</bdi>',
    ),
  )
  assertHarmless(page.body, name)
})

test('what was typed, and what an error page is about, does not come back in it', async (t) => {
  const { browser, request } = await startInteraction(t)
  for (const text of naughtyStrings) {
    const sent = text.toWellFormed()
    const page = await browser().visit(
      request({ redirect_uri: `https://evil.example/${sent}`, state: `mark${sent}` }),
    )
    assert.equal(page.statusCode, 400)
    assert.doesNotMatch(page.body, /evil|mark/)
  }
})

/** As many elements as the page has without it. */
function assertHarmless(body: string, text: string): void {
  assert.doesNotMatch(body, /<script|<img|<svg|<iframe|javascript:[^"]*"\s*>\s*$/i, text)
  assert.equal(body.match(/<form\b/g)?.length, 1, text)
  assert.equal(body.match(/<\/form>/g)?.length, 1, text)
  assert.equal(body.match(/<main\b/g)?.length, 1, text)
  const withoutTags = body.replace(/<!?\/?[a-z][a-z0-9]*(?:\s+[a-z-]+(?:="[^"<>]*")?)*\s*>/gi, '')
  assert.doesNotMatch(withoutTags, /[<>]/, text)
}
