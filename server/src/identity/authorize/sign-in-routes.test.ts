import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import type { LightMyRequestResponse } from 'fastify'
import type { Guid } from '../../base/guid.ts'
import { openBrowser, readForm } from './test-authorize.ts'
import { password, startInteraction } from './test-interaction.ts'

const cookieName = '__Host-tonegate-sign-in'

const signInCookie = (answer: LightMyRequestResponse) =>
  answer.cookies.find(({ name }) => name.endsWith('tonegate-sign-in'))

test('who types the right password is sent back by a 303, and gets a code (RFC-49)', async (t) => {
  const { browser, request } = await startInteraction(t)
  const ada = browser()
  const page = await ada.visit(request())
  assert.equal(page.statusCode, 200)
  const answer = await ada.submit(page, { username: ' ada ', password })
  assert.equal(answer.statusCode, 303)
  assert.equal(answer.headers.location, request())
  assert.equal(answer.body, '')
  const authorized = await ada.visit(String(answer.headers.location))
  const { searchParams } = new URL(String(authorized.headers.location))
  assert.deepEqual([authorized.statusCode, searchParams.get('code')], [303, 'the-code'])
})

test('the cookie is for this host alone, for no script, and for no form of another site (RFC-25)', async (t) => {
  const { browser, request } = await startInteraction(t)
  const ada = browser()
  const answer = await ada.submit(await ada.visit(request()), { username: 'ada', password })
  const { name, value = '', ...attributes } = signInCookie(answer) ?? assert.fail('no cookie')
  assert.equal(name, cookieName)
  assert.match(value, /^[A-Za-z0-9_-]{43}$/)
  assert.deepEqual(attributes, { path: '/', httpOnly: true, secure: true, sameSite: 'Lax' })
})

test('a sandbox without https has a cookie without what needs https', async (t) => {
  const { browser, request } = await startInteraction(t, { issuer: 'http://nam.localhost:4400/auth' })
  const ada = browser()
  const answer = await ada.submit(await ada.visit(request()), { username: 'ada', password })
  const { value: _, ...cookie } = signInCookie(answer) ?? assert.fail('no cookie')
  assert.deepEqual(cookie, { name: 'tonegate-sign-in', path: '/', httpOnly: true, sameSite: 'Lax' })
})

test('a wrong password and an unknown username are answered alike (RFC-17)', async (t) => {
  const { browser, request } = await startInteraction(t)
  const tryAs = async (username: string, typed: string) => {
    const person = browser()
    const { statusCode, body, headers } = await person.submitAndLoad(await person.visit(request()), {
      username,
      password: typed,
    })
    const { form_token = '' } = readForm(body).fields
    const { date: _, 'content-length': __, 'x-request-id': ___, ...others } = headers
    return {
      statusCode,
      headers: others,
      body: body.replace(form_token, '').replace(`value="${username}"`, 'value="SOMEBODY"'),
    }
  }
  const wrong = await tryAs('ada', 'not her password')
  assert.equal(wrong.statusCode, 200)
  assert.match(wrong.body, /Incorrect username or password/)
  assert.deepEqual(await tryAs('nobody', 'not her password'), wrong)
  assert.deepEqual(await tryAs('ada', ''), wrong)
})

test('after a failure the username stays in the field, and the password does not', async (t) => {
  const { browser, request, lines } = await startInteraction(t)
  const ada = browser()
  const answer = await ada.submitAndLoad(await ada.visit(request()), {
    username: 'adda',
    password: 'hunter2-hunter2',
  })
  assert.equal(readForm(answer.body).fields.username, 'adda')
  assert.doesNotMatch(answer.body, /hunter2/)
  assert.equal(signInCookie(answer), undefined)
  assert.match(answer.body, /<title>Error: Sign in<\/title>/)
  assert.doesNotMatch(lines.join(''), /hunter2|adda/)
  const second = await ada.submit(answer, { username: 'ada', password })
  assert.equal(second.statusCode, 303)
})

test('a failed form leads to a page that Back and a reload can load, and says why once', async (t) => {
  const { browser, request } = await startInteraction(t)
  const ada = browser()
  const answer = await ada.submit(await ada.visit(request()), { username: 'ada', password: 'wrong' })
  assert.equal(answer.statusCode, 303)
  assert.equal(answer.headers.location, request())
  assert.equal(answer.body, '')
  const cookie = answer.cookies.find(({ name }) => name.endsWith('tonegate-notice'))
  assert.deepEqual([cookie?.httpOnly, cookie?.sameSite, cookie?.maxAge], [true, 'Lax', 60])
  assert.doesNotMatch(cookie?.value ?? '', /(?<![\w-])(ada|wrong)(?![\w-])/)
  const failed = await ada.visit(request())
  assert.match(failed.body, /Incorrect username or password/)
  assert.equal(readForm(failed.body).fields.username, 'ada')
  const reloaded = await ada.visit(request())
  assert.doesNotMatch(reloaded.body, /Incorrect username/)
  assert.equal(readForm(reloaded.body).fields.username, '')
})

test('what a form has left is for its own request alone, and nobody can make it', async (t) => {
  const { app, browser, request } = await startInteraction(t)
  const ada = browser()
  await ada.submit(await ada.visit(request()), { username: 'ada', password: 'wrong' })
  const other = await ada.visit(request({ state: 'other' }))
  assert.doesNotMatch(other.body, /Incorrect username/)
  const planted = openBrowser(app, { '__Host-tonegate-notice': 'A'.repeat(100) })
  const page = await planted.visit(request())
  assert.equal(page.statusCode, 200)
  assert.doesNotMatch(page.body, /Incorrect username/)
})

test('nothing typed is refused without a look at it', async (t) => {
  const { browser, request, attempts } = await startInteraction(t)
  const ada = browser()
  const answer = await ada.submitAndLoad(await ada.visit(request()), { username: '  ', password })
  assert.match(answer.body, /Incorrect username or password/)
  assert.deepEqual(attempts, [])
})

test('whoever has failed too often is told when to come back (RFC-17)', async (t) => {
  const { browser, request, answerAttempts } = await startInteraction(t)
  const ada = browser()
  const page = await ada.visit(request({ ui_locales: 'de' }))
  answerAttempts({ outcome: 'throttled', retryAfterSeconds: 61 })
  const throttled = await ada.submitAndLoad(page, { username: 'ada', password })
  assert.deepEqual([throttled.statusCode, throttled.headers['retry-after']], [429, '61'])
  assert.match(throttled.body, /in 2 Minuten noch einmal versuchen/)
  assert.equal(signInCookie(throttled), undefined)
  answerAttempts({ outcome: 'busy', retryAfterSeconds: 3 })
  const busy = await ada.submitAndLoad(throttled, { username: 'ada', password })
  assert.deepEqual([busy.statusCode, busy.headers['retry-after']], [429, '3'])
  assert.match(busy.body, /in 3 Sekunden/)
})

test('each sign-in has a new cookie, and the one before is worth nothing (RFC-19)', async (t) => {
  const { browser, request, app } = await startInteraction(t)
  const ada = browser()
  const first = await ada.submit(await ada.visit(request()), { username: 'ada', password })
  const second = await ada.submit(await ada.visit(request({ prompt: 'login' })), {
    username: 'ada',
    password,
  })
  const [old, fresh] = [signInCookie(first)?.value, signInCookie(second)?.value]
  assert.notEqual(old, fresh)
  const visitWith = (value: string | undefined) =>
    app.inject({ url: request(), headers: { cookie: `${cookieName}=${value}` } })
  assert.equal((await visitWith(old)).statusCode, 200)
  assert.equal((await visitWith(fresh)).statusCode, 303)
})

test('a cookie that somebody has planted is not the one that the person is signed in with (RFC-19)', async (t) => {
  const { browser, request, app } = await startInteraction(t)
  const planted = 'A'.repeat(43)
  const ada = browser()
  const page = await ada.visit(request(), { headers: { cookie: `${cookieName}=${planted}` } })
  const answer = await ada.submit(page, { username: 'ada', password })
  assert.notEqual(signInCookie(answer)?.value, planted)
  const visit = await app.inject({ url: request(), headers: { cookie: `${cookieName}=${planted}` } })
  assert.equal(visit.statusCode, 200)
})

test('a session keeps its id while the same person signs in again, and not for another', async (t) => {
  const { signedIn, request, store } = await startInteraction(t, { client: { shared: true } })
  const rows = store.prepare((db, _: object) => db.selectFrom('sign_in').select(['id', 'user_id']))
  const ada = await signedIn()
  const [first] = await rows.all(store.reader, {})
  await ada.submit(await ada.visit(request({ prompt: 'login' })), { username: 'ada', password })
  assert.deepEqual(await rows.all(store.reader, {}), [first])
  await ada.submit(await ada.visit(request({ prompt: 'login' })), { username: 'zoe', password })
  const [second, ...others] = await rows.all(store.reader, {})
  assert.notEqual(second?.id, first?.id)
  assert.deepEqual(others, [])
})

test('a session ends after twelve hours', async (t) => {
  const { signedIn, request, clock } = await startInteraction(t)
  const ada = await signedIn()
  await clock.leap(12 * 3_600_000 - 1)
  assert.equal((await ada.visit(request())).statusCode, 303)
  await clock.advance(1)
  assert.equal((await ada.visit(request())).statusCode, 200)
})

test('a person who is disabled is out within a second', async (t) => {
  const { signedIn, request, clock, store, adaId } = await startInteraction(t)
  const disable = store.prepare((db, p: { id: Guid }) =>
    db.updateTable('user').set({ disabled_at: 1 }).where('id', '=', p.id),
  )
  const ada = await signedIn()
  assert.equal((await ada.visit(request())).statusCode, 303)
  await store.write((tx) => disable.run(tx, { id: adaId }))
  await clock.advance(1000)
  assert.equal((await ada.visit(request())).statusCode, 200)
})

test('a cookie that is malformed, or comes twice, counts for nothing', async (t) => {
  const { browser, request, app } = await startInteraction(t)
  const ada = browser()
  const answer = await ada.submit(await ada.visit(request()), { username: 'ada', password })
  const good = `${cookieName}=${signInCookie(answer)?.value}`
  const statusWith = async (cookie: string) =>
    (await app.inject({ url: request(), headers: { cookie } })).statusCode
  assert.equal(await statusWith(good), 303)
  assert.equal(await statusWith(`a=b;${good} ; __Host-tonegate-sign-inx=1`), 303)
  for (const bad of [
    `${good}; ${good}`,
    `${good}; ${cookieName}=`,
    `${good}=`,
    `"${good}"`,
    good.replace('=', ' ='),
    good.toLowerCase(),
    good.replace('__Host-', ''),
    `${cookieName}="${signInCookie(answer)?.value}"`,
  ]) {
    assert.equal(await statusWith(bad), 200, bad)
  }
})

test('of the cookie only the SHA-256 is kept (RFC-19)', async (t) => {
  const { browser, request, store, lines } = await startInteraction(t)
  const ada = browser()
  const answer = await ada.submit(await ada.visit(request()), { username: 'ada', password })
  const secret = signInCookie(answer)?.value ?? ''
  const all = store.prepare((db, _: object) => db.selectFrom('sign_in').selectAll())
  const [row] = await all.all(store.reader, {})
  assert.deepEqual(Buffer.from(row?.sha256 ?? []), hash('sha256', secret, 'buffer'))
  assert.ok(!JSON.stringify(row).includes(secret))
  assert.ok(!lines.join('').includes(secret))
})

test('what the form says of the request is not believed, and the password goes nowhere (RFC-8)', async (t) => {
  const { browser, request, attempts, lines } = await startInteraction(t)
  const ada = browser()
  const { action, fields } = readForm((await ada.visit(request())).body)
  const changed = { ...fields, redirect_uri: 'https://evil.example/cb', username: 'ada', password }
  const answer = await ada.post(action, new URLSearchParams(changed).toString())
  assert.equal(answer.statusCode, 303)
  assert.deepEqual(attempts, [])
  const location = String(answer.headers.location)
  assert.match(location, /^\/auth\/connect\/authorize\?/)
  assert.doesNotMatch(location, /password|correct|username|form_token/)
  const page = await ada.visit(location)
  assert.equal(page.statusCode, 400)
  assert.match(page.body, /You cannot sign in to this application/)
  assert.doesNotMatch(lines.join(''), /correct horse/)
})

test('a person of another account is told so, and is not signed in', async (t) => {
  const { browser, request } = await startInteraction(t)
  const zoe = browser()
  const answer = await zoe.submitAndLoad(await zoe.visit(request()), { username: 'zoe', password })
  assert.equal(answer.statusCode, 200)
  assert.match(answer.body, /Only users of .*Harbour Street Books.* can use/)
  assert.equal(signInCookie(answer), undefined)
})

test('a request for a fresh sign-in is content with one', async (t) => {
  const { signedIn, request } = await startInteraction(t)
  const ada = await signedIn()
  for (const changes of [{ prompt: 'login' }, { prompt: 'select_account' }, { max_age: '0' }]) {
    const page = await ada.visit(request(changes))
    assert.match(page.body, /even if you are already signed in/)
    const answer = await ada.submit(page, { username: 'ada', password })
    const done = await ada.visit(String(answer.headers.location))
    assert.match(String(done.headers.location), /^https:\/\/desktop\.example\.com\/cb\?code=/)
  }
})

test('login_hint is in the field, and the password is where the person begins to type', async (t) => {
  const { browser, request } = await startInteraction(t)
  const hinted = await browser().visit(request({ login_hint: 'ada' }))
  assert.equal(readForm(hinted.body).fields.username, 'ada')
  assert.match(hinted.body, /<input id="password"[^>]* autofocus>/)
  const plain = await browser().visit(request())
  assert.match(plain.body, /<input id="username"[^>]* autofocus>/)
})

test('whoever loads the address of the form is told where to begin', async (t) => {
  const { browser } = await startInteraction(t)
  for (const url of ['/auth/sign-in', '/Auth/Consent']) {
    const answer = await browser().visit(url)
    assert.deepEqual([answer.statusCode, answer.headers.allow], [405, 'POST'])
    assert.match(answer.body, /Go back to the application and start again/)
  }
})

test('a form that cannot be read is answered with a page', async (t) => {
  const { browser } = await startInteraction(t)
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const cases = [
    [413, 'a'.repeat(17_000), form],
    [400, 'username=a&username=b', form],
    [400, 'username=%FF', form],
    [415, '{}', { 'content-type': 'application/json' }],
  ] as const
  for (const [status, body, headers] of cases) {
    const answer = await browser().post('/auth/sign-in', body, headers)
    assert.equal(answer.statusCode, status)
    assert.match(answer.body, /The request is not valid/)
    assert.match(String(answer.headers['content-security-policy']), /frame-ancestors 'none'/)
  }
})

test('a fault of ours is a page with an id that is in the log, and nothing else of it', async (t) => {
  const { browser, request, answerAttempts, lines } = await startInteraction(t)
  const ada = browser()
  const page = await ada.visit(request())
  answerAttempts({ outcome: 'authenticated', user: null as never })
  const answer = await ada.submit(page, { username: 'ada', password })
  assert.equal(answer.statusCode, 500)
  const [, id = ''] = /<code>([^<]+)<\/code>/.exec(answer.body) ?? []
  const entry = JSON.parse(lines.find((line) => line.includes('a page could not be shown')) ?? '{}')
  assert.equal(entry.requestId, id)
  assert.doesNotMatch(answer.body, /TypeError|null|\.ts/)
  assert.doesNotMatch(JSON.stringify(entry), /correct horse/)
})

test('the pages of two browsers have nothing in common', async (t) => {
  const { app, request } = await startInteraction(t)
  const [first, second] = [openBrowser(app), openBrowser(app)]
  const page = await first.visit(request())
  await second.visit(request())
  const answer = await second.submit(page, { username: 'ada', password })
  assert.equal(answer.statusCode, 403)
})
