import assert from 'node:assert/strict'
import { test } from 'node:test'
import { spoilt } from '../../../test/harness/test-spoilt.ts'
import { readForm } from './test-authorize.ts'
import { password, startInteraction } from './test-interaction.ts'

const typed = { username: 'ada', password }

test('a form without its token, or with a forged one, signs nobody in (RFC-19)', async (t) => {
  const { browser, request, attempts } = await startInteraction(t)
  const ada = browser()
  const { action, fields } = readForm((await ada.visit(request())).body)
  const { form_token: token = '', ...others } = fields
  for (const forged of ['', 'x', token.slice(1), spoilt(token, token.length - 2), spoilt(token, 0)]) {
    const form = new URLSearchParams({ ...others, ...typed, form_token: forged })
    const answer = await ada.post(action, form.toString())
    assert.equal(answer.statusCode, 403, forged)
    assert.match(answer.body, /This page has expired/)
    assert.equal(
      answer.cookies.some(({ name }) => name.includes('sign-in')),
      false,
    )
  }
  assert.deepEqual(attempts, [])
})

test("an attacker's own token does not sign another browser in: login CSRF (RFC-19)", async (t) => {
  const { browser, request, attempts } = await startInteraction(t)
  const [attacker, victim] = [browser(), browser()]
  const page = await attacker.visit(request())
  await victim.visit(request())
  assert.equal((await victim.submit(page, typed)).statusCode, 403)
  assert.equal((await browser().submit(page, typed)).statusCode, 403)
  assert.deepEqual(attempts, [])
  assert.equal((await attacker.submit(page, typed)).statusCode, 303)
})

test('a form is good for an hour, and then leads back to a fresh one', async (t) => {
  const { browser, request, clock } = await startInteraction(t)
  const ada = browser()
  const [early, late] = [await ada.visit(request()), await ada.visit(request())]
  await clock.advance(3_600_000 - 1)
  assert.equal((await ada.submit(early, typed)).statusCode, 303)
  await clock.advance(1)
  const answer = await ada.submit(late, typed)
  assert.equal(answer.statusCode, 403)
  const [, href = ''] = /<a class="button" href="([^"]+)">Start again/.exec(answer.body) ?? []
  const url = href.replaceAll('&amp;', '&')
  assert.equal(url, request())
})

test('a form that another site sends is refused whatever it holds (RFC-19)', async (t) => {
  const { browser, request } = await startInteraction(t)
  const ada = browser()
  const page = await ada.visit(request())
  const { action, fields } = readForm(page.body)
  const form = new URLSearchParams({ ...fields, ...typed }).toString()
  const statusWith = async (headers: Readonly<Record<string, string>>) =>
    (await ada.post(action, form, headers)).statusCode
  const refused = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site', origin: 'https://nam.example.com' },
    { origin: 'https://evil.example' },
    { origin: 'https://nam.example.com.evil.example' },
    { origin: 'file://' },
  ]
  for (const headers of refused) assert.equal(await statusWith(headers), 403, JSON.stringify(headers))
  const taken = [
    { 'sec-fetch-site': 'same-origin', origin: 'null' },
    { 'sec-fetch-site': 'none' },
    { origin: 'https://nam.example.com' },
    { origin: 'null' },
    { origin: 'http://localhost:80', host: 'localhost' },
    {},
  ]
  for (const headers of taken) assert.equal(await statusWith(headers), 303, JSON.stringify(headers))
})

test('a form that was opened first is still good after a second was opened in another tab', async (t) => {
  const { browser, request } = await startInteraction(t)
  const ada = browser()
  const [first, second] = [await ada.visit(request()), await ada.visit(request({ state: 'other' }))]
  assert.equal(first.cookies.length, 1)
  assert.deepEqual(second.cookies, [])
  assert.equal((await ada.submit(first, typed)).statusCode, 303)
  assert.equal((await ada.submit(second, typed)).statusCode, 303)
})

test('the cookie of the forms is for this host alone, and for no script', async (t) => {
  const { browser, request } = await startInteraction(t)
  const [cookie] = (await browser().visit(request())).cookies
  const { value = '', ...attributes } = cookie ?? assert.fail('no cookie')
  assert.match(value, /^[A-Za-z0-9_-]{43}$/)
  assert.deepEqual(attributes, {
    name: '__Host-tonegate-form',
    path: '/',
    httpOnly: true,
    secure: true,
    sameSite: 'Lax',
  })
})

test('a token for one purpose is none for another (RFC-19)', async (t) => {
  const { signedIn, request } = await startInteraction(t)
  const ada = await signedIn()
  const consent = readForm((await ada.visit(request({ prompt: 'consent' }))).body)
  const signIn = readForm((await ada.visit(request({ prompt: 'login' }))).body)
  const post = async (action: string, fields: Readonly<Record<string, string>>) =>
    (await ada.post(action, new URLSearchParams({ ...fields, ...typed, decision: 'allow' }).toString()))
      .statusCode
  assert.equal(
    await post(consent.action, { ...consent.fields, form_token: signIn.fields.form_token ?? '' }),
    403,
  )
  assert.equal(
    await post(signIn.action, { ...signIn.fields, form_token: consent.fields.form_token ?? '' }),
    403,
  )
  assert.equal(await post(consent.action, consent.fields), 303)
})
