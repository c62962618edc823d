import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LightMyRequestResponse } from 'fastify'
import { readAnswer, readForm, startAuthorize } from './test-authorize.ts'

const minute = 60_000

const asksToSignIn = (answer: LightMyRequestResponse) => answer.body.includes('type="password"')
const asksToConsent = (answer: LightMyRequestResponse) =>
  answer.statusCode === 200 && !asksToSignIn(answer) && 'form_token' in readForm(answer.body).fields

test('prompt=none never shows a page: who is not signed in is login_required', async (t) => {
  const { browser, signedIn, urlOf } = await startAuthorize(t)
  const { members, uri } = readAnswer(await browser().visit(urlOf({ prompt: 'none' })))
  assert.deepEqual(
    [members.error, members.state, uri],
    ['login_required', 'xyz', 'https://desktop.example.com/cb'],
  )
  assert.ok(readAnswer(await (await signedIn()).visit(urlOf({ prompt: 'none' }))).members.code)
})

for (const prompt of ['login', 'select_account']) {
  test(`prompt=${prompt} asks who is signed in already, once`, async (t) => {
    const { signedIn, urlOf, clock, password, store } = await startAuthorize(t)
    const ada = await signedIn()
    await clock.advance(minute)
    const page = await ada.visit(urlOf({ prompt }))
    assert.ok(asksToSignIn(page))
    const back = await ada.submit(page, { username: 'ada', password })
    const answer = await ada.visit(String(back.headers.location))
    assert.ok(readAnswer(answer).members.code)
    const codes = store.prepare((db, _: object) =>
      db.selectFrom('authorization_code').select('authenticated_at'),
    )
    assert.equal((await codes.first(store.reader, {}))?.authenticated_at, clock.now())
  })
}

test('max_age asks who has signed in longer ago', async (t) => {
  const { signedIn, urlOf, clock, password } = await startAuthorize(t)
  const ada = await signedIn()
  await clock.advance(10 * minute + 999)
  assert.ok(readAnswer(await ada.visit(urlOf({ max_age: '600' }))).members.code)
  await clock.advance(1)
  assert.equal(
    readAnswer(await ada.visit(urlOf({ max_age: '600', prompt: 'none' }))).members.error,
    'login_required',
  )
  const page = await ada.visit(urlOf({ max_age: '600' }))
  assert.ok(asksToSignIn(page))
  const back = await ada.submit(page, { username: 'ada', password })
  assert.match(String(back.headers.location), /max_age=600/)
  assert.ok(readAnswer(await ada.visit(String(back.headers.location))).members.code)
})

test('max_age=0 asks once, as prompt=login does', async (t) => {
  const { signedIn, urlOf, password, clock } = await startAuthorize(t)
  const ada = await signedIn()
  const page = await ada.visit(urlOf({ max_age: '0' }))
  assert.ok(asksToSignIn(page))
  const back = await ada.submit(page, { username: 'ada', password })
  await clock.advance(5 * minute)
  assert.ok(readAnswer(await ada.visit(String(back.headers.location))).members.code)
})

test('prompt=consent asks, even for a client of the own account, once', async (t) => {
  const { signedIn, urlOf } = await startAuthorize(t)
  const ada = await signedIn()
  for (let times = 0; times < 2; times += 1) {
    const page = await ada.visit(urlOf({ prompt: 'consent' }))
    assert.ok(asksToConsent(page))
    const back = await ada.submit(page, { decision: 'allow' })
    assert.ok(readAnswer(await ada.visit(String(back.headers.location))).members.code)
  }
})

test('prompt=login consent asks for both, one after the other', async (t) => {
  const { signedIn, urlOf, password } = await startAuthorize(t)
  const ada = await signedIn()
  const first = await ada.visit(urlOf({ prompt: 'login consent' }))
  assert.ok(asksToSignIn(first))
  const back = await ada.submit(first, { username: 'ada', password })
  const second = await ada.visit(String(back.headers.location))
  assert.ok(asksToConsent(second))
  const end = await ada.submit(second, { decision: 'allow' })
  assert.ok(readAnswer(await ada.visit(String(end.headers.location))).members.code)
})

test('who says no goes back with access_denied (RFC-10)', async (t) => {
  const { signedIn, urlOf } = await startAuthorize(t)
  const ada = await signedIn()
  const page = await ada.visit(urlOf({ prompt: 'consent' }))
  const { members } = readAnswer(await ada.submit(page, { decision: 'deny' }))
  assert.deepEqual([members.error, members.state, members.code], ['access_denied', 'xyz', undefined])
})

test('people of another account are not let in by a client that is not shared (RFC-10)', async (t) => {
  const { signedIn, urlOf, sharedId } = await startAuthorize(t)
  const zoe = await signedIn('zoe')
  for (const response_type of ['code', 'token']) {
    const { members } = readAnswer(await zoe.visit(urlOf({ response_type, prompt: 'none' })))
    assert.deepEqual([members.error, members.state], ['access_denied', 'xyz'])
    for (const prompt of [null, 'consent']) {
      assert.ok(asksToSignIn(await zoe.visit(urlOf({ response_type, prompt }))), 'as somebody else')
    }
  }
  assert.ok(asksToConsent(await zoe.visit(urlOf({ client_id: sharedId }))))
})

test('a shared client asks people of other accounts for their consent, once for each scope', async (t) => {
  const { signedIn, urlOf: urlOfOwn, sharedId, identity, strangerId } = await startAuthorize(t)
  const urlOf = (changes: Readonly<Record<string, string>> = {}) =>
    urlOfOwn({ client_id: sharedId, ...changes })
  const ada = await signedIn('ada')
  assert.ok(readAnswer(await ada.visit(urlOf())).members.code)
  const zoe = await signedIn('zoe')
  assert.equal(readAnswer(await zoe.visit(urlOf({ prompt: 'none' }))).members.error, 'consent_required')
  const page = await zoe.visit(urlOf())
  assert.ok(asksToConsent(page))
  const back = await zoe.submit(page, { decision: 'allow' })
  assert.ok(readAnswer(await zoe.visit(String(back.headers.location))).members.code)
  assert.ok(readAnswer(await zoe.visit(urlOf({ prompt: 'none' }))).members.code)
  assert.ok(asksToConsent(await zoe.visit(urlOf({ scope: 'globalpci users:read' }))))
  const { members } = readAnswer(await zoe.visit(urlOf({ response_type: 'token' })))
  const zoesAccount = await identity.accounts.findByName('Elsewhere')
  const [, claims = ''] = (members.access_token ?? '').split('.')
  const { sub, account } = JSON.parse(Buffer.from(claims, 'base64url').toString())
  assert.deepEqual([sub, account], [strangerId, zoesAccount?.id])
})
