import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import fc from 'fast-check'
import { codePoint } from '../../test/harness/test-code-point.ts'
import { Problem } from '../base/problem.ts'
import { readBasicCredentials } from './clients/basic-credentials.ts'
import { authorized, basic, startIdentity } from './test-identity.ts'

const naughtyStrings: readonly string[] = createRequire(import.meta.url)('big-list-of-naughty-strings')

const parameters = ['grant_type', 'scope', 'client_id', 'client_secret', 'username'] as const

for (const parameter of parameters) {
  test(`a naughty ${parameter} is never a 5xx and never comes back in a header`, async (t) => {
    const { requestToken, clock } = await startIdentity(t)
    for (const text of naughtyStrings) {
      const answer = await requestToken({ [parameter]: text })
      await clock.leap(60_000)
      assert.ok(answer.statusCode < 500, text)
      assert.notEqual(answer.statusCode, 429)
      answer.json()
      const description = answer.json().error_description ?? 'none'
      assert.match(description, /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
      if (text.length > 3)
        assert.ok(!JSON.stringify(answer.headers).includes(JSON.stringify(text).slice(1, -1)), text)
    }
  })
}

test('a naughty Basic header is never a 5xx', async (t) => {
  const { requestTokenByBasic, clock, clientId } = await startIdentity(t)
  for (const text of naughtyStrings) {
    for (const authorization of [basic(text, text), basic(clientId, text)]) {
      const answer = await requestTokenByBasic({}, { authorization })
      await clock.leap(60_000)
      assert.equal(answer.statusCode, 401)
    }
  }
})

const half = fc.string({ unit: 'grapheme' })

test('whatever id and secret are sent by Basic, form-url-encoded, are read as they were', () => {
  const encode = (text: string) => encodeURIComponent(text).replaceAll('%20', '+')
  fc.assert(
    fc.property(half, half, (id, secret) => {
      fc.pre(id !== '' || secret !== '')
      assert.deepEqual(readBasicCredentials(basic(encode(id), encode(secret))), { id, secret })
    }),
  )
})

test('ids and secrets of our alphabet are read alike, raw and encoded', () => {
  const ours = fc.tuple(fc.uuid(), fc.stringMatching(/^[A-Za-z0-9]{40}$/))
  fc.assert(
    fc.property(ours, ([id, secret]) => {
      assert.deepEqual(readBasicCredentials(basic(id, secret)), { id, secret })
    }),
  )
})

test('whatever the header, Basic is read or not, and nothing is thrown', () => {
  const header = fc.oneof(
    fc.string(),
    fc.string().map((text) => `Basic ${text}`),
    fc.uint8Array().map((bytes) => `basic ${Buffer.from(bytes).toString('base64')}`),
  )
  fc.assert(
    fc.property(header, (text) => {
      const read = readBasicCredentials(text)
      assert.ok(typeof read === 'string' || typeof read.id === 'string')
    }),
    { numRuns: 1000 },
  )
})

test('whatever the Authorization header, the bearer check refuses with 401 and nothing of it comes back', async (t) => {
  const { identity } = await startIdentity(t)
  const json = fc.json().map((text) => Buffer.from(text).toString('base64url'))
  const token = fc.oneof(
    fc.string({ unit: codePoint }),
    fc.tuple(json, json, fc.base64String()).map((parts) => parts.join('.')),
    fc.constantFrom(...naughtyStrings),
  )
  await fc.assert(
    fc.asyncProperty(token, async (text) => {
      await assert.rejects(
        async () => identity.bearer(authorized(`Bearer ${text}`)),
        (error) => {
          assert.ok(error instanceof Problem)
          assert.equal(error.status, 401)
          const challenge = error.options.headers?.['www-authenticate'] ?? ''
          assert.match(challenge, /^Bearer error="invalid_token", resource_metadata="[^"]+"$/)
          return true
        },
      )
    }),
    { numRuns: 500 },
  )
})

test('a token that was changed anywhere is refused', async (t) => {
  const { identity, issue } = await startIdentity(t)
  const token = await issue()
  const place = fc.nat(token.length - 1)
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.'
  await fc.assert(
    fc.asyncProperty(place, fc.constantFrom(...alphabet), async (index, character) => {
      fc.pre(token[index] !== character)
      const changed = token.slice(0, index) + character + token.slice(index + 1)
      const request = authorized(`Bearer ${changed}`)
      await assert.rejects(async () => identity.bearer(request), { code: 'invalid-token' })
    }),
    { numRuns: 500 },
  )
})
