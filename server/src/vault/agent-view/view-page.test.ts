import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ViewPageData } from '@tonegate/protocol/view-page-data'
import type { Guid } from '../../base/guid.ts'
import type { Http } from '../../http/http.ts'
import {
  firstRefreshToken,
  openTestSession,
  paidState,
  testFlow,
  testGuid,
  testLaunch,
} from '../test-sessions.ts'
import { startVaultRoutes } from '../test-vault-routes.ts'

const framed = `/session/7/view/${testGuid}/framed`
const access = `access-${testGuid}`

function post(
  app: Http,
  fields: Readonly<Record<string, string>>,
  { url = framed, ...headers }: { readonly url?: string; readonly origin?: string } = {},
) {
  return app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    payload: new URLSearchParams(fields).toString(),
  })
}

/** Posts the form and goes where it leads, as a browser does. */
async function open(...form: Parameters<typeof post>) {
  const [app] = form
  const answer = await post(...form)
  return answer.statusCode === 303 ? app.inject({ url: String(answer.headers.location) }) : answer
}

function dataOf(page: string): ViewPageData {
  const [, json] = /<script type="application\/json" id="view-data">(.*?)<\/script>/s.exec(page) ?? []
  return JSON.parse(json ?? 'null')
}

test('a form with both tokens opens the view, framed by its own origins and nobody else', async () => {
  const { app, session, clock } = startVaultRoutes()
  const answer = await open(app, { 'X-BEARER-TOKEN': access, 'X-REFRESH-TOKEN': firstRefreshToken })
  assert.equal(answer.statusCode, 200)
  assert.equal(answer.headers['content-type'], 'text/html; charset=utf-8')
  assert.equal(answer.headers['x-frame-options'], undefined)
  assert.equal(
    answer.headers['content-security-policy'],
    "default-src 'none'; img-src 'self' data:; script-src 'self'; style-src 'self'; connect-src 'self'; worker-src 'self'; " +
      "frame-ancestors https://desk.example.com; form-action 'self'; base-uri 'none'",
  )
  assert.equal(answer.headers['cache-control'], 'no-store')
  assert.equal(answer.headers['referrer-policy'], 'no-referrer')
  assert.equal(answer.headers['x-content-type-options'], 'nosniff')
  assert.equal(answer.headers['strict-transport-security'], 'max-age=31536000')
  assert.equal(answer.headers['set-cookie'], undefined)
  assert.deepEqual(session.calls, ['opened'])
  assert.deepEqual(dataOf(answer.body), {
    path: `/session/7/view/${testGuid}`,
    session: testGuid,
    language: 'en',
    tokens: { accessToken: access, renewInSeconds: 240 },
    state: session.view(),
    callerNumber: null,
    amount: '€12.40',
    entry: 'keypad',
    confirmByKeypad: true,
    channels: [{ channel: 'sms', to: null }],
    agentWords: {},
    now: clock.now(),
    host: { frameAncestors: ['https://desk.example.com'], stateMessages: [], origin: null },
    returnUrl: null,
  })
})

test('the page is in the language of the browser, else in that of the configuration, with its own words', async () => {
  const agentWords = { de: { typing: 'In aller Ruhe.' }, pl: { typing: 'Spokojnie.' } } as const
  const { app } = startVaultRoutes([
    openTestSession({ ...testLaunch, flow: { ...testFlow, language: 'pl', texts: { agentWords } } }),
  ])
  const answer = (acceptLanguage: string) =>
    app.inject({ url: framed, headers: { 'x-bearer-token': access, 'accept-language': acceptLanguage } })
  for (const [acceptLanguage, language, words] of [
    ['de-AT,de;q=0.9,en;q=0.8', 'de', agentWords.de],
    ['fr-FR,fr;q=0.9', 'pl', agentWords.pl],
    ['', 'pl', agentWords.pl],
    ['en', 'en', {}],
  ] as const) {
    const { body } = await answer(acceptLanguage)
    assert.match(body, new RegExp(`<html lang="${language}">`), acceptLanguage)
    assert.equal(dataOf(body).language, language)
    assert.deepEqual(dataOf(body).agentWords, words)
  }
})

test('the page shows the amount as the server writes it, in the page’s language', async () => {
  const order = { amountMinor: 499000, currency: 'HUF' }
  const { app } = startVaultRoutes([openTestSession({ ...testLaunch, order })])
  for (const [language, amount] of [
    ['en', 'HUF 4,990.00'],
    ['de', '4.990,00 HUF'],
    ['pl', '4990,00 HUF'],
  ] as const) {
    const headers = { 'x-bearer-token': access, 'accept-language': language }
    const { body } = await app.inject({ url: framed, headers })
    assert.equal(dataOf(body).amount.replaceAll('\u00a0', ' '), amount)
  }
})

test('the customer’s address is in the page with all but its end hidden', async () => {
  const initialValues = { CustomerPhoneNumber: '+48 500 000 123', Email: 'john@example.com' }
  const { app } = startVaultRoutes([openTestSession({ ...testLaunch, initialValues })])
  const { body } = await open(app, { 'X-BEARER-TOKEN': access })
  assert.deepEqual(dataOf(body).channels, [{ channel: 'sms', to: '••• 123' }])
  assert.doesNotMatch(body, /500|john/)
})

test('the origin that the form came from is in the page, also when the page opens itself again', async () => {
  const { app } = startVaultRoutes()
  const opened = async (fields: Readonly<Record<string, string>>, origin: string) =>
    dataOf((await open(app, { 'X-BEARER-TOKEN': access, ...fields }, { origin })).body).host.origin
  const desk = 'https://desk.example.com'
  assert.equal(await opened({}, desk), desk)
  assert.equal(await opened({ 'X-HOST-ORIGIN': desk }, 'https://nam.pay.test'), desk)
  assert.equal(await opened({ 'X-HOST-ORIGIN': desk }, 'null'), desk)
  for (const none of ['null', 'nonsense', `${desk}/path`, 'x'.repeat(1000)]) {
    assert.equal(await opened({ 'X-HOST-ORIGIN': none }, 'null'), null, none)
    assert.equal(await opened({ 'X-HOST-ORIGIN': none }, desk), desk, none)
  }
})

test('a form leads to an address that opens the view once, for half a minute, and to nobody afterwards', async () => {
  const { app, session, clock } = startVaultRoutes()
  const leadsTo = async (url: string) => {
    const answer = await post(app, { 'X-BEARER-TOKEN': access }, { url, origin: 'https://desk.example.com' })
    assert.equal(answer.statusCode, 303)
    assert.equal(answer.headers['cache-control'], 'no-store')
    assert.equal(answer.headers['referrer-policy'], undefined)
    assert.equal(answer.headers['set-cookie'], undefined)
    assert.doesNotMatch(`${answer.headers.location}${answer.body}`, /access-/)
    return String(answer.headers.location)
  }
  const address = await leadsTo(framed)
  assert.match(address, new RegExp(`^${framed}\\?host=https%3A%2F%2Fdesk.example.com&opening=[0-9a-f]{32}$`))
  assert.deepEqual(session.calls, [])
  assert.equal((await app.inject({ url: address })).statusCode, 200)
  assert.deepEqual(session.calls, ['opened'])
  const again = await app.inject({ url: address })
  assert.equal(again.statusCode, 401)
  assert.match(again.body, /data-host="https:\/\/desk.example.com"/)
  assert.doesNotMatch(again.body, /view-data|Harbour/)
  const late = await leadsTo(framed)
  await clock.advance(30_001)
  assert.equal((await app.inject({ url: late })).statusCode, 401)
  const full = await leadsTo(framed.replace('/framed', ''))
  assert.match((await app.inject({ url: full })).body, /<body class="sheet">/)
})

test('a ticket opens the session that it was made for, and no other', async () => {
  const other = openTestSession(testLaunch, '01990000-0000-7000-8000-000000000002' as Guid)
  const { app } = startVaultRoutes([openTestSession(), other])
  const { headers } = await post(app, { 'X-BEARER-TOKEN': access })
  const address = String(headers.location)
  assert.equal((await app.inject({ url: address.replace(testGuid, other.guid) })).statusCode, 401)
  assert.equal((await app.inject({ url: address })).statusCode, 200)
})

test('a refresh token that opened the view is the page’s own, wherever the form led', async () => {
  const { app } = startVaultRoutes()
  const { body } = await open(app, { 'X-REFRESH-TOKEN': firstRefreshToken })
  assert.match(dataOf(body).tokens.refreshToken ?? '', /^0{31}1$/)
})

test('the page loads its own script and stylesheets and nothing else', async () => {
  const { app } = startVaultRoutes()
  const { body } = await open(app, { 'X-BEARER-TOKEN': access })
  const loaded = [...body.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, url]) => url)
  assert.deepEqual(loaded, ['/favicon.svg', '/assets/pages.css', '/assets/view.css', '/assets/view.js'])
  assert.doesNotMatch(body, /style=|<style|javascript:/)
})

test('the tokens may come as request headers instead, and to the full page', async () => {
  const { app } = startVaultRoutes()
  const url = `/session/7/view/${testGuid}`
  for (const path of [url, framed, framed.toUpperCase()]) {
    const answer = await app.inject({ url: path, headers: { 'x-bearer-token': access } })
    assert.equal(answer.statusCode, 200, path)
  }
  assert.match(
    (await app.inject({ url, headers: { 'X-Bearer-Token': access } })).body,
    /<body class="sheet">/,
  )
  assert.match((await open(app, { 'x-bearer-token': access })).body, /<body class="panel">/)
})

test('a refresh token opens the page when the access token does not, and is used up by that', async () => {
  const { app } = startVaultRoutes()
  const tokens = { 'X-BEARER-TOKEN': 'expired', 'X-REFRESH-TOKEN': firstRefreshToken }
  const first = await open(app, tokens)
  assert.equal(first.statusCode, 200)
  assert.notEqual(dataOf(first.body).tokens.refreshToken, firstRefreshToken)
  assert.equal((await open(app, tokens)).statusCode, 401)
})

test('a page that is opened again with the same tokens works while the access token does', async () => {
  const { app } = startVaultRoutes()
  const tokens = { 'X-BEARER-TOKEN': access, 'X-REFRESH-TOKEN': firstRefreshToken }
  for (let times = 0; times < 3; times += 1) assert.equal((await open(app, tokens)).statusCode, 200)
})

test('without a token of this very session nothing opens, and the page says so in its own frame', async () => {
  const { app, session } = startVaultRoutes()
  const other = 'access-01990000-0000-7000-8000-00000000ffff'
  for (const fields of [{}, { 'X-BEARER-TOKEN': other }, { 'X-REFRESH-TOKEN': 'f'.repeat(32) }]) {
    const answer = await open(app, fields)
    assert.equal(answer.statusCode, 401)
    assert.match(answer.body, /This page cannot be opened again/)
    assert.match(answer.body, /id="refused"/)
    assert.doesNotMatch(answer.body, /view-data|Harbour|ffff/)
    assert.equal(answer.headers['x-frame-options'], undefined)
    assert.equal(
      answer.headers['content-security-policy'],
      "default-src 'none'; img-src 'self' data:; script-src 'self'; style-src 'self'; connect-src 'self'; worker-src 'self'; " +
        "frame-ancestors https://desk.example.com; form-action 'self'; base-uri 'none'",
    )
  }
  assert.deepEqual(session.calls, [])
})

test('an error is told in the browser’s language', async () => {
  const { app } = startVaultRoutes()
  for (const [language, heading] of [
    ['de', 'Diese Zahlung ist beendet'],
    ['pl', 'Ta płatność jest zakończona'],
    ['fr', 'This payment has ended'],
  ] as const) {
    const headers = { 'accept-language': language }
    const { body } = await app.inject({ url: framed.replace('/7/', '/8/'), headers })
    assert.match(body, new RegExp(`<html lang="${language === 'fr' ? 'en' : language}">`))
    assert.match(body, new RegExp(heading))
  }
})

test('ended, unknown, another tenant: the same page, 404, refusing to be framed', async () => {
  const { app, session } = startVaultRoutes()
  const foreign = await open(app, { 'X-BEARER-TOKEN': access }, { url: framed.replace('/7/', '/8/') })
  const unknown = await open(
    app,
    { 'X-BEARER-TOKEN': access },
    { url: framed.replace(/1\/framed/, '2/framed') },
  )
  const nonsense = await open(app, { 'X-BEARER-TOKEN': access }, { url: '/session/7/view/nonsense/framed' })
  session.become(paidState)
  const ended = await open(app, { 'X-BEARER-TOKEN': access })
  for (const answer of [foreign, unknown, nonsense, ended]) {
    assert.equal(answer.statusCode, 404)
    assert.equal(answer.headers['x-frame-options'], 'deny')
    assert.equal(
      answer.headers['content-security-policy'],
      "default-src 'none'; img-src 'self'; style-src 'self'; frame-ancestors 'none'; form-action 'none'; base-uri 'none'",
    )
    assert.equal(answer.body, ended.body)
  }
  assert.match(ended.body, /This payment has ended/)
})

test('a flow without origins is framed by nobody, and a source that is none is left out', async () => {
  for (const [frameAncestors, policy] of [
    [[], /frame-ancestors 'none';/],
    [["https://a.example; script-src 'unsafe-inline'"], /frame-ancestors 'none';/],
  ] as const) {
    const { app } = startVaultRoutes([
      openTestSession({ ...testLaunch, flow: { ...testFlow, frameAncestors } }),
    ])
    const answer = await open(app, { 'X-BEARER-TOKEN': access })
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.headers['x-frame-options'], 'deny')
    assert.match(String(answer.headers['content-security-policy']), policy)
    assert.doesNotMatch(String(answer.headers['content-security-policy']), /unsafe/)
  }
})

test('what the program sent stays text, in the page and in its data', async () => {
  const reference = '</script><script>alert(1)</script>'
  const { app } = startVaultRoutes([
    openTestSession({ ...testLaunch, order: { ...testLaunch.order, reference } }),
  ])
  const { body } = await open(app, { 'X-BEARER-TOKEN': access })
  assert.equal(body.split('</script>').length, 3)
  assert.equal(dataOf(body).state.order.reference, reference)
})

test('a token twice, too much, another media type: a page that says so, not framed', async () => {
  const { app } = startVaultRoutes()
  const send = (payload: string, type = 'application/x-www-form-urlencoded') =>
    app.inject({ method: 'POST', url: framed, headers: { 'content-type': type }, payload })
  const twice = await send(`X-BEARER-TOKEN=${access}&x-bearer-token=${access}`)
  const large = await send(`X-BEARER-TOKEN=${'a'.repeat(17 * 1024)}`)
  const multipart = await send('--x--', 'multipart/form-data; boundary=x')
  assert.deepEqual([twice.statusCode, large.statusCode, multipart.statusCode], [400, 413, 415])
  for (const answer of [twice, large, multipart]) {
    assert.equal(answer.headers['x-frame-options'], 'deny')
    assert.match(answer.body, /This request could not be processed/)
  }
})

test('no token is in the log', async () => {
  const { app, lines } = startVaultRoutes()
  await open(app, { 'X-BEARER-TOKEN': access, 'X-REFRESH-TOKEN': firstRefreshToken })
  await open(app, { 'X-BEARER-TOKEN': 'wrong-token' })
  assert.match(lines.join(''), /the agent view was opened/)
  assert.doesNotMatch(lines.join(''), /access-|wrong-token|0{32}/)
})
