import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  attackedParameters,
  authorizePath,
  readAnswer,
  redirectUri,
  startAuthorize,
} from './test-authorize.ts'

test('no trick with a redirect URI sends anybody anywhere (RFC-8, RFC-42)', async (t) => {
  const { signedIn, urlOf } = await startAuthorize(t)
  const ada = await signedIn()
  for (const uri of [
    ...[
      `${redirectUri}/`,
      `${redirectUri}/../evil`,
      `${redirectUri}?x=1`,
      `${redirectUri}&x=1`,
      `${redirectUri}#x`,
    ],
    ...['https://desktop.example.com/CB', 'https://DESKTOP.example.com/cb', 'HTTPS://desktop.example.com/cb'],
    ...['https://desktop.example.com:443/cb', 'https://desktop.example.com:8443/cb', `${redirectUri}%00`],
    ...['https://desktop.example.com@evil.example/cb', 'https://u:p@desktop.example.com/cb'],
    ...['https://desktop.example.com.evil.example/cb', 'https://evil.desktop.example.com/cb'],
    ...['https://evil.example/https://desktop.example.com/cb', 'https://desktop.example.com%2fcb'],
    ...['https://desktop.example.com/%63b', 'https://desktop.example.com\\@evil.example/cb'],
    ...['https://evil.example\\.desktop.example.com/cb', 'https://desktop.example.com./cb'],
    ...['http://desktop.example.com/cb', '//desktop.example.com/cb', 'desktop.example.com/cb', '/cb', '/'],
    ...['javascript:alert(1)', 'data:text/html,x', ` ${redirectUri}`, `${redirectUri} `, `${redirectUri}\t`],
    ...[`${redirectUri}\r\nLocation: https://evil.example/`, `${redirectUri}\nhttps://evil.example/`],
    ...[`${redirectUri} https://evil.example/`, `${redirectUri},https://evil.example/`, 'null', '*'],
    ...['https://xn--dsktop-3ya.example.com/cb', 'https://dеsktop.example.com/cb', '__proto__'],
  ]) {
    for (const response_mode of ['query', 'fragment', 'form_post']) {
      const answer = await ada.visit(urlOf({ redirect_uri: uri, response_mode }))
      assert.equal(answer.statusCode, 400, uri)
      assert.equal(answer.headers.location, undefined, uri)
      assert.ok(!answer.body.includes('evil'), uri)
    }
  }
})

test('whatever the parameters, the browser goes to the registered URI or stays (RFC-8, RFC-42)', async (t) => {
  const { signedIn, parameters } = await startAuthorize(t)
  const ada = await signedIn()
  const name = fc.constantFrom(...attackedParameters, 'username', 'password', 'form_token', '')
  const value = fc.oneof(
    fc.string(),
    fc.constantFrom('https://evil.example/', 'token', 'none', '%', '&', '\r\n'),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(name, value), { maxLength: 4 }), async (pairs) => {
      const more = new URLSearchParams(pairs).toString()
      const answer = await ada.visit(`${authorizePath}?${parameters()}&${more}`)
      assert.ok(answer.statusCode < 500)
      const { location } = answer.headers
      if (location !== undefined) assert.match(String(location), /^https:\/\/desktop\.example\.com\/cb[?#]/)
    }),
    { numRuns: 200 },
  )
})

test('what cannot be read is a page (RFC-8)', async (t) => {
  const { browser, urlOf, parameters } = await startAuthorize(t)
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  for (const [status, answer] of [
    [400, await browser().visit(`${urlOf()}&login_hint=%FF`)],
    [400, await browser().visit(`${urlOf()}&%C0%AF=x`)],
    [400, await browser().post(authorizePath, Buffer.from([0x61, 0x3d, 0xff]))],
    [400, await browser().post(authorizePath, '')],
    [400, await browser().visit(authorizePath, { method: 'POST' })],
    [413, await browser().post(authorizePath, Buffer.alloc(10 * 2 ** 20, 'a'))],
    [413, await browser().post(authorizePath, `${parameters()}&x=${'y'.repeat(16 * 1024)}`)],
    [415, await browser().post(authorizePath, '{}', { 'content-type': 'application/json' })],
    [415, await browser().post(authorizePath, parameters(), { 'content-type': `multipart/${form}` })],
  ] as const) {
    assert.equal(answer.statusCode, status)
    assert.equal(answer.headers.location, undefined)
    assert.match(String(answer.headers['content-type']), /^text\/html/)
    assert.equal(answer.headers['x-frame-options'], 'deny')
  }
})

test('a request is as large as fits into a URL and an answer, and no larger (RFC-19)', async (t) => {
  const { signedIn, urlOf, parameters } = await startAuthorize(t)
  const ada = await signedIn()
  const state = 'x'.repeat(7 * 1024)
  for (const answer of [
    await ada.visit(urlOf({ state })),
    await ada.post(authorizePath, parameters({ state })),
  ]) {
    assert.equal(readAnswer(answer).members.state, state)
  }
  for (const tooLarge of ['x'.repeat(8 * 1024), '~'.repeat(4 * 1024)]) {
    assert.equal((await ada.visit(urlOf().replace('xyz', tooLarge))).statusCode, 400)
    assert.equal((await ada.post(authorizePath, parameters().replace('xyz', tooLarge))).statusCode, 400)
  }
})

test('a state that is not text is refused and not sent back (RFC-19)', async (t) => {
  const { signedIn, urlOf } = await startAuthorize(t)
  const ada = await signedIn()
  for (const state of ['a\r\nb', '\0', '\x7f', '\x85']) {
    const { members } = readAnswer(await ada.visit(urlOf({ state })))
    assert.deepEqual([members.error, members.state], ['invalid_request', undefined])
  }
  const { members } = readAnswer(await ada.visit(urlOf({ state: 'ü+ %26"\'<>\\💳' })))
  assert.equal(members.state, 'ü+ %26"\'<>\\💳')
})

test('no code, token, state or cookie is in the log', async (t) => {
  const { signedIn, urlOf, lines } = await startAuthorize(t)
  const ada = await signedIn()
  const state = 'very-private-state'
  const code = readAnswer(await ada.visit(urlOf({ state }))).members.code ?? 'missing'
  const token =
    readAnswer(await ada.visit(urlOf({ state, response_type: 'token' }))).members.access_token ?? 'missing'
  await ada.visit(urlOf({ state, scope: 'nope' }))
  await ada.visit(urlOf({ state, client_id: 'nope' }))
  const all = lines.join('')
  assert.ok(all.includes('a code was issued'))
  for (const secret of [code, token, state]) assert.ok(!all.includes(secret))
})
