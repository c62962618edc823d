import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { codePoint } from '../../../test/harness/test-code-point.ts'
import { createLog } from '../../base/log.ts'
import { createHttp } from '../../http/http.ts'
import type { Client } from '../clients/known-clients.ts'
import { nam } from '../test-identity.ts'
import { type AuthorizationResponse, createAuthorizationResponses } from './authorization-response.ts'
import type { ResponseTarget } from './response-target.ts'

/** Answers to a target, with headers of the person's browser. */
function startAnswers(t: TestContext) {
  const app = createHttp({ region: nam, log: createLog('silent'), proxy: 'none' })
  t.after(() => app.close())
  const answerClient = createAuthorizationResponses(nam, '/assets/pages.css')
  let next: readonly [ResponseTarget, AuthorizationResponse]
  app.get('/', (_request, reply) => answerClient(reply, ...next))
  return async (
    target: Partial<ResponseTarget>,
    response: AuthorizationResponse = { code: 'c' },
    headers: Readonly<Record<string, string>> = {},
  ) => {
    next = [
      {
        client: {} as Client,
        redirectUri: 'https://a.example/cb',
        responseMode: 'query',
        state: undefined,
        uiLocales: undefined,
        ...target,
      },
      response,
    ]
    return app.inject({ method: 'GET', url: '/', headers })
  }
}

const iss = encodeURIComponent(nam.issuer)

test('an answer is a 303 with the issuer, and with the state only when there is one (RFC-9, RFC-40, RFC-49)', async (t) => {
  const answer = startAnswers(t)
  const plain = await answer({})
  assert.equal(plain.statusCode, 303)
  assert.equal(plain.headers.location, `https://a.example/cb?code=c&iss=${iss}`)
  const error = await answer({ state: 's' }, { error: 'access_denied', error_description: 'No thanks' })
  assert.equal(error.statusCode, 303)
  assert.equal(
    error.headers.location,
    `https://a.example/cb?error=access_denied&error_description=No%20thanks&state=s&iss=${iss}`,
  )
})

test('what the redirect URI has for a query stays (RFC-13)', async (t) => {
  const answer = startAnswers(t)
  for (const [redirectUri, expected] of [
    ['https://a.example/cb?', 'https://a.example/cb?code=c'],
    ['https://a.example/cb?x=1', 'https://a.example/cb?x=1&code=c'],
    ['https://a.example/cb?x=1&', 'https://a.example/cb?x=1&code=c'],
    ['com.example.app:/cb', 'com.example.app:/cb?code=c'],
    ['http://[::1]:51004', 'http://[::1]:51004?code=c'],
  ] as const) {
    const { location } = (await answer({ redirectUri })).headers
    assert.equal(location, `${expected}&iss=${iss}`)
  }
})

test('a fragment is after the redirect URI and its query (RFC-15, RFC-16)', async (t) => {
  const answer = startAnswers(t)
  const target = { redirectUri: 'https://a.example/cb?x=1', responseMode: 'fragment' } as const
  const { location } = (await answer(target, { error: 'invalid_scope' })).headers
  assert.equal(location, `https://a.example/cb?x=1#error=invalid_scope&iss=${iss}`)
})

test('whatever the state, it comes back as it was, and one header stays one (RFC-9, RFC-19)', async (t) => {
  const answer = startAnswers(t)
  const states = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: codePoint }).map((text) => text.toWellFormed()),
    fc.constantFrom(
      'a\r\nSet-Cookie: x=y',
      '\r\n\r\n<script>',
      'a b+c%20&code=mine#x',
      '"\'><input>',
      '\0',
      '%',
    ),
  )
  const modes = fc.constantFrom('query', 'fragment', 'form_post')
  await fc.assert(
    fc.asyncProperty(states, modes, async (state, responseMode) => {
      const { headers, body } = await answer({ state, responseMode })
      if (responseMode === 'form_post') return assert.equal(fieldsOf(body).get('state'), state)
      const location = String(headers.location)
      assert.match(location, /^[\x21-\x7e]+$/)
      assert.equal(headers['set-cookie'], undefined)
      const [, members] = location.split(responseMode === 'query' ? '?' : '#')
      assert.deepEqual(
        [...new URLSearchParams(members)],
        [
          ['code', 'c'],
          ['state', state],
          ['iss', nam.issuer],
        ],
      )
    }),
  )
})

test('form_post is a form that submits itself by the one script that its policy allows (RFC-52)', async (t) => {
  const answer = startAnswers(t)
  const target = { responseMode: 'form_post', state: '"><script>alert(1)</script>' } as const
  const { statusCode, headers, body } = await answer(target)
  assert.equal(statusCode, 200)
  assert.equal(headers.location, undefined)
  assert.equal(headers['content-type'], 'text/html; charset=utf-8')
  const scripts = [...body.matchAll(/<script>([^<]*)<\/script>/g)].map(([, script = '']) => script)
  assert.equal(scripts.length, 1)
  const source = createHash('sha256')
    .update(scripts[0] ?? '')
    .digest('base64')
  assert.equal(
    headers['content-security-policy'],
    `default-src 'none'; img-src 'self'; script-src 'sha256-${source}'; style-src 'self'; form-action 'self' https:; ` +
      "frame-ancestors 'none'; base-uri 'none'",
  )
  assert.match(body, /<form method="post" action="https:\/\/a\.example\/cb">/)
  assert.match(body, /<noscript><button type="submit">Continue<\/button><\/noscript>/)
  assert.deepEqual(
    [...fieldsOf(body)],
    [
      ['code', 'c'],
      ['state', target.state],
      ['iss', nam.issuer],
    ],
  )
})

test('the button is in the person’s language', async (t) => {
  const answer = startAnswers(t)
  const german = { 'accept-language': 'de-AT, en;q=0.5' }
  const { body } = await answer({ responseMode: 'form_post' }, { code: 'c' }, german)
  assert.match(body, /<html lang="de">[\s\S]*>Weiter<\/button>/)
  const asked = await answer({ responseMode: 'form_post', uiLocales: 'pl' }, { code: 'c' }, german)
  assert.match(asked.body, /<html lang="pl">[\s\S]*>Dalej<\/button>/)
})

/** The hidden fields of a page's form, as a browser reads them. */
function fieldsOf(page: string): ReadonlyMap<string, string> {
  const tags = page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)
  return new Map([...tags].map(([, name = '', value = '']) => [name, unescaped(value)]))
}

const unescaped = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
