import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keptRefreshToken } from './kept-refresh-token.ts'
import { type OpeningForm, reopenView } from './reopen.ts'
import { scriptedFetch, testKept } from './test-view.ts'

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
  assert.deepEqual(JSON.parse(String(asked[0]?.init.body)), { refreshToken: 'refresh-1' })
  assert.deepEqual(sent, [
    {
      'X-BEARER-TOKEN': 'access-2',
      'X-REFRESH-TOKEN': 'refresh-2',
      'X-HOST-ORIGIN': 'https://desk.example.com',
    },
  ])
  assert.equal(kept.read(), 'refresh-2')
})

test('a window that has kept nothing asks nobody', async () => {
  const { asked, submitted, begun } = await reopen(undefined)
  assert.deepEqual([asked.length, submitted, begun], [0, false, false])
})

test('a token that is refused is forgotten; one that did not arrive is good for the next reload', async () => {
  const refused = await reopen('refresh-1', new Response(null, { status: 401 }))
  assert.deepEqual([refused.submitted, refused.kept.read()], [false, undefined])
  const unreached = await reopen('refresh-1', new TypeError('no network'))
  assert.deepEqual([unreached.submitted, unreached.kept.read()], ['no network', 'refresh-1'])
})

/** The entry of a window's history, without a window. */
function testEntry(state: unknown = null) {
  const entry = {
    state,
    replaceState(next: unknown) {
      entry.state = next
    },
  }
  return entry
}

test('where storage is forbidden the token stays with the entry of the window’s history', () => {
  const entry = testEntry()
  const forbidden = () => {
    throw new DOMException('denied', 'SecurityError')
  }
  keptRefreshToken('session-1', forbidden, entry).keep('refresh-1')
  assert.equal(keptRefreshToken('session-1', forbidden, entry).read(), 'refresh-1')
  assert.equal(keptRefreshToken('session-2', forbidden, entry).read(), undefined)
  keptRefreshToken('session-1', forbidden, entry).forget()
  assert.equal(entry.state, null)
})

test('where there is storage nothing else is used', () => {
  const stored = new Map<string, string>()
  const storage = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
    removeItem: (key: string) => void stored.delete(key),
  } as unknown as Storage
  const entry = testEntry()
  const kept = keptRefreshToken('session-1', () => storage, entry)
  kept.keep('refresh-1')
  assert.deepEqual([kept.read(), entry.state], ['refresh-1', null])
  kept.forget()
  assert.deepEqual([kept.read(), stored.size], [undefined, 0])
})
