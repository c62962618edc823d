import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { codeChallenge, signIn } from './sign-in.ts'

const client = { id: 'store', redirectUri: 'http://127.0.0.1/callback' }
const user = { username: 'agent', password: 'a&b "c"' }

const page = `<form method="post" action="/auth/sign-in?a=1&amp;b=2">
  <input type="hidden" name="csrf" value="&lt;token&gt;">
  <input name="username" value=""><input name="password" type="password">
</form>`

/** Behaves as an authorization endpoint does: a page with a form, and codes for who has signed in. */
async function startIdentity(t: TestContext) {
  const forms: Readonly<Record<string, string>>[] = []
  const queries: Readonly<Record<string, string>>[] = []
  let codes = 0
  const server = createServer(async (request, response) => {
    const { pathname, search, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1')
    if (request.method === 'POST') {
      forms.push({
        path: pathname + search,
        cookie: cookieOf(request),
        ...Object.fromEntries(new URLSearchParams(await text(request))),
      })
      response.setHeader('set-cookie', ['signed-in=yes; Path=/; HttpOnly', 'form=2; Path=/'])
      response.writeHead(303, { location: '/auth/connect/authorize' }).end()
    } else if (cookieOf(request) === 'form=2; signed-in=yes') {
      queries.push(Object.fromEntries(searchParams))
      codes += 1
      response.writeHead(303, { location: `${client.redirectUri}?code=code${codes}&state=state` }).end()
    } else {
      response.setHeader('set-cookie', 'form=1; Path=/')
      response.end(page)
    }
  }).listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, forms, queries }
}

const cookieOf = ({ headers }: IncomingMessage) => headers.cookie ?? ''

test('the form is sent back as it came, with the name and the password, under the cookies', async (t) => {
  const { origin, forms } = await startIdentity(t)
  await signIn({ origin, user }, client)
  assert.deepEqual(forms, [{ path: '/auth/sign-in?a=1&b=2', cookie: 'form=1', csrf: '<token>', ...user }])
})

test('who has signed in gets as many codes as asked for, with a challenge', async (t) => {
  const { origin, queries } = await startIdentity(t)
  const browser = await signIn({ origin, user }, client)
  const codes = await browser.newCodes(client, 'globalpci', 100)
  assert.equal(new Set(codes).size, 100)
  for (const query of queries) {
    assert.equal(query.code_challenge, codeChallenge)
    assert.equal(query.code_challenge_method, 'S256')
    assert.equal(query.redirect_uri, client.redirectUri)
    assert.equal(query.scope, 'globalpci')
  }
})

test('a client whose redirect URI is another gets no code', async (t) => {
  const { origin } = await startIdentity(t)
  const browser = await signIn({ origin, user }, client)
  const other = { id: 'other', redirectUri: 'http://other.example/' }
  await assert.rejects(browser.newCodes(other, 'globalpci', 1), /no code in the answer 303/)
})
