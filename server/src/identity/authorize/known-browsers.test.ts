import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openBrowser, startAuthorize } from './test-authorize.ts'

type Browser = ReturnType<typeof openBrowser>
type Started = Awaited<ReturnType<typeof startAuthorize>>

/** Signs in anew, whoever has signed in before; in vain the page is loaded that says so. */
async function signIn({ urlOf }: Started, browser: Browser, username: string, password: string) {
  const address = urlOf({ prompt: 'login' })
  const answer = await browser.submit(await browser.visit(address), { username, password })
  return answer.headers.location === address ? browser.visit(address) : answer
}

/** Somebody behind the same address types wrong passwords until they have to wait. */
async function guess(started: Started, username: string, browser = started.browser()): Promise<void> {
  for (let count = 0; count < 6; count += 1) await signIn(started, browser, username, 'wrong')
  assert.equal((await signIn(started, browser, username, started.password)).statusCode, 429)
}

test('wrong passwords from the next desk do not lock out who has signed in with their browser before', async (t) => {
  const started = await startAuthorize(t)
  const ada = await started.signedIn()
  await guess(started, 'ada')
  assert.equal((await signIn(started, started.browser(), 'ada', started.password)).statusCode, 429)
  assert.equal((await signIn(started, ada, 'ada', started.password)).statusCode, 303)
})

test('a known browser that guesses waits as well', async (t) => {
  const started = await startAuthorize(t)
  await guess(started, 'ada', await started.signedIn())
})

test('signing in as oneself gives no guesses at the password of another', async (t) => {
  const started = await startAuthorize(t)
  const zoe = await started.signedIn('zoe')
  await guess(started, 'ada')
  assert.equal((await signIn(started, zoe, 'ada', 'wrong')).statusCode, 429)
})

test('people who share a browser are each known to it', async (t) => {
  const started = await startAuthorize(t)
  const shared = await started.signedIn('ada')
  const page = await shared.visit(started.urlOf({ client_id: started.sharedId, prompt: 'login' }))
  assert.equal((await shared.submit(page, { username: 'zoe', password: started.password })).statusCode, 303)
  await guess(started, 'ada')
  assert.equal((await signIn(started, shared, 'ADA', started.password)).statusCode, 303)
})

test('a browser knows the eight people who were there last, in a cookie that every browser keeps', async (t) => {
  const started = await startAuthorize(t)
  const { identity, account, password, sharedId, urlOf } = started
  const names = Array.from({ length: 9 }, (_, index) => `person ${index}`)
  const order = { accountId: account.id, password, agentId: null, licence: 'agent' } as const
  for (const username of names) await identity.users.create({ ...order, username })
  const shared = started.browser()
  for (const username of names) {
    const page = await shared.visit(urlOf({ client_id: sharedId, prompt: 'login' }))
    assert.equal((await shared.submit(page, { username, password })).statusCode, 303)
  }
  const value = Object.entries(shared.cookies()).find(([name]) => name.includes('browser'))?.[1] ?? ''
  assert.ok(value.length > 0 && value.length <= 2048, String(value.length))
  for (const username of ['person 0', 'person 1', 'person 8']) await guess(started, username)
  const statusOf = async (username: string) => (await signIn(started, shared, username, password)).statusCode
  assert.equal(await statusOf('person 8'), 303)
  assert.equal(await statusOf('person 1'), 303)
  assert.equal(await statusOf('person 0'), 429)
})

test('a cookie that is not ours is no known browser', async (t) => {
  const started = await startAuthorize(t)
  const answer = await signIn(started, started.browser(), 'ada', started.password)
  const { name, value, ...attributes } =
    answer.cookies.find((cookie) => cookie.name.includes('browser')) ?? assert.fail('no cookie')
  assert.equal(name, '__Host-tonegate-browser')
  const expected = { path: '/', httpOnly: true, secure: true, sameSite: 'Lax', maxAge: 180 * 86_400 }
  assert.deepEqual(attributes, expected)
  await guess(started, 'ada')
  const changed = `${value.slice(0, -4)}${value.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`
  for (const forged of [changed, 'e30', 'A'.repeat(2048), 'A'.repeat(2049)]) {
    const browser = openBrowser(started.app, { [name]: forged })
    const again = await signIn(started, browser, 'ada', started.password)
    assert.equal(again.statusCode, 429, forged.slice(0, 20))
  }
})
