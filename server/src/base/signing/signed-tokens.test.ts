import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../clock.ts'
import { createSignedTokens } from './signed-tokens.ts'

const key = Buffer.alloc(32, 1)

function startTokens(changes: { readonly type?: string; readonly audience?: string } = {}) {
  const clock = createMovableClock(1_700_000_000_000)
  const parts = { keys: [key], type: 'view', audience: 'here', lifetimeSeconds: 300, clock } as const
  return { clock, ...createSignedTokens({ ...parts, ...changes }) }
}

test('a token is good for all of its life, and not a millisecond more', async () => {
  const { clock, issue, verify } = startTokens()
  const token = issue({ sub: 'one' })
  await clock.advance(299_999)
  assert.equal(verify(token)?.sub, 'one')
  await clock.advance(1)
  assert.equal(verify(token), undefined)
})

test('a token of 1,024 characters is read, and none that is longer', () => {
  const { issue, verify } = startTokens()
  let length = 0
  while (issue({ sub: 'x'.repeat(length + 1) }).length <= 1024) length += 1
  assert.ok(issue({ sub: 'x'.repeat(length) }).length >= 1023)
  assert.ok(verify(issue({ sub: 'x'.repeat(length) })))
  assert.equal(verify(issue({ sub: 'x'.repeat(length + 1) })), undefined)
})

test('a token has three parts', () => {
  const { issue, verify } = startTokens()
  const token = issue({})
  for (const other of [`${token}.`, `${token}.x`, token.slice(0, token.lastIndexOf('.')), '', '../..'])
    assert.equal(verify(other), undefined)
})

test('a token for somebody else, or of another kind, says nothing', () => {
  const { verify } = startTokens()
  assert.equal(verify(startTokens({ audience: 'elsewhere' }).issue({})), undefined)
  assert.equal(verify(startTokens({ type: 'page' }).issue({})), undefined)
  assert.ok(verify(startTokens().issue({})))
})
