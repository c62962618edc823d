import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keptRefreshToken, newToken } from './kept-refresh-token.ts'
import { type OpeningForm, reopenView } from './reopen.ts'
import { scriptedFetch, testEntry, testKept, testStorage } from './test-view.ts'

async function reopen(stored: string | undefined, ...answers: readonly (Response | Error)[]) {
  const { fetch, asked } = scriptedFetch(...answers)
  const kept = testKept(stored)
  const sent: OpeningForm[] = []
  let begun = false
  const options = { path: '/view', host: 'https://desk.example.com', kept, fetch }
  const submitted = await reopenView({
    ...options,
    submit: (form) => sent.push(form),
    begun: () => {
      begun = true
    },
  }).catch((error: Error) => error.message)
  return { asked, kept, sent, submitted, begun }
}

test('what the window has kept is renewed, and the form sent again with it', async () => {
  const pair = { accessToken: 'access-2', refreshToken: 'refresh-2', renewInSeconds: 240, now: 0 }
  const { asked, kept, sent, submitted } = await reopen('refresh-1', Response.json(pair))
  assert.equal(submitted, true)
  assert.equal(asked[0]?.url, '/view/token')
  assert.equal(asked[0]?.init.within, 10_000)
  assert.deepEqual(JSON.parse(String(asked[0]?.init.body)), {
    refreshToken: 'refresh-1',
    successor: 'next-1',
  })
  assert.deepEqual(sent, [
    {
      'X-BEARER-TOKEN': 'access-2',
      'X-REFRESH-TOKEN': 'refresh-2',
      'X-HOST-ORIGIN': 'https://desk.example.com',
    },
  ])
  assert.equal(kept.stored(), 'refresh-2')
})

test('a window that has kept nothing asks nobody', async () => {
  const { asked, submitted, begun } = await reopen(undefined)
  assert.deepEqual([asked.length, submitted, begun], [0, false, false])
})

test('a token that is refused is forgotten; one that did not arrive is good for the next reload', async () => {
  const refused = await reopen('refresh-1', new Response(null, { status: 401 }))
  assert.deepEqual([refused.submitted, refused.kept.stored()], [false, undefined])
  const unreached = await reopen('refresh-1', new TypeError('no network'))
  assert.deepEqual([unreached.submitted, unreached.kept.stored()], ['no network', 'refresh-1 next-1'])
})

test('where storage is forbidden the token stays with the entry of the window’s history', () => {
  const entry = testEntry()
  const forbidden = () => {
    throw new DOMException('denied', 'SecurityError')
  }
  const keptOf = (session: string) =>
    keptRefreshToken({ session, storage: forbidden, entry, newToken: () => 'next-1' })
  keptOf('session-1').keep('refresh-1')
  assert.equal(keptOf('session-1').renewing()?.refreshToken, 'refresh-1')
  assert.equal(keptOf('session-2').renewing(), undefined)
  assert.deepEqual([keptOf('session-1').has(), keptOf('session-2').has()], [true, false])
  keptOf('session-1').forget()
  assert.equal(entry.state, null)
})

test('where there is storage nothing else is used', () => {
  const items = new Map<string, string>()
  const storage = () => testStorage(items)
  const entry = testEntry()
  const kept = keptRefreshToken({ session: 'session-1', storage, entry, newToken: () => 'next-1' })
  kept.keep('refresh-1')
  assert.deepEqual([items.get('session-1'), entry.state], ['refresh-1', null])
  kept.forget()
  assert.deepEqual([kept.renewing(), items.size], [undefined, 0])
})

test('a page that was reloaded while it renewed asks the same as before, and each next token is another', () => {
  const items = new Map<string, string>()
  const storage = () => testStorage(items)
  const open = () => keptRefreshToken({ session: 'session-1', storage, entry: testEntry(), newToken })
  open().keep('refresh-1')
  const asked = open().renewing()
  assert.match(asked?.successor ?? '', /^[0-9a-f]{32}$/)
  assert.deepEqual(open().renewing(), asked)
  open().keep(asked?.successor ?? '')
  assert.equal(open().renewing()?.refreshToken, asked?.successor)
  assert.notEqual(open().renewing()?.successor, asked?.successor)
})
