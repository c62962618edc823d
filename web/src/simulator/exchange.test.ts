import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { asCurl, type Exchange, shortened, shownRequest, withExchange } from './exchange.ts'

const token = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJiYWNrZW5kIn0.c2lnbmF0dXJl'
const read: Exchange = {
  id: 1,
  method: 'GET',
  path: '/globalpci/v1/session/1',
  url: 'http://127.0.0.1:8080/globalpci/v1/session/1',
  authorization: token,
  body: undefined,
  status: 200,
  answer: { sessionState: 'Created' },
  times: 1,
}

test('a GET that is answered as before is counted, and one that is not stands for itself', () => {
  const once = withExchange([], read)
  const twice = withExchange(once, { ...read, id: 2 })
  assert.deepEqual(twice, [{ ...read, times: 2 }])
  const changed = withExchange(twice, { ...read, id: 3, answer: { sessionState: 'Finished' } })
  assert.deepEqual(
    changed.map(({ id, times }) => [id, times]),
    [
      [1, 2],
      [3, 1],
    ],
  )
  assert.equal(withExchange([{ ...read, method: 'POST' }], { ...read, method: 'POST' }).length, 2)
})

test('tokens and secrets are shown by their beginning alone, wherever they stand', () => {
  assert.deepEqual(
    shortened({ access_token: token, expires_in: 3600, list: [{ agentAccessToken: token }] }),
    {
      access_token: 'eyJhbGciOiJF…',
      expires_in: 3600,
      list: [{ agentAccessToken: 'eyJhbGciOiJF…' }],
    },
  )
  const members = { client_id: 'b1', client_secret: 'x'.repeat(40) }
  const shown = shownRequest({ ...read, method: 'POST', body: { kind: 'form', members } })
  assert.equal(shown, `Authorization: Bearer eyJhbGciOiJF…\nclient_id=b1\nclient_secret=${'x'.repeat(12)}…`)
})

/** What a shell makes of a line. */
const words = (line: string): readonly string[] =>
  execFileSync('sh', ['-c', `curl() { printf '%s\\n' "$@"; }; ${line}`], { encoding: 'utf8' })
    .trimEnd()
    .split('\n')

test('the line for a terminal is the whole request, whatever is in it', () => {
  const content = { paymentData: { Surname: "O'Neil $HOME `id`" } }
  const post: Exchange = { ...read, method: 'POST', body: { kind: 'json', content } }
  assert.deepEqual(words(asCurl(post)), [
    read.url,
    '-H',
    `Authorization: Bearer ${token}`,
    '--json',
    JSON.stringify(content),
  ])
  assert.deepEqual(words(asCurl({ ...read, method: 'POST' })).slice(-2), ['-X', 'POST'])
  const members = { scope: 'globalpci openid' }
  assert.deepEqual(words(asCurl({ ...post, body: { kind: 'form', members } })).slice(-2), [
    '--data-urlencode',
    'scope=globalpci openid',
  ])
})
