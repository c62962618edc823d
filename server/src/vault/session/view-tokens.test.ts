import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { createMovableClock } from '../../base/clock.ts'
import type { Guid } from '../../base/guid.ts'
import { systemRandom } from '../../base/random.ts'
import { createSealer } from '../../base/seal.ts'
import { region } from '../test-vault.ts'
import { createViewTokens } from './view-tokens.ts'

const guid = '0198a1b2-0000-7000-8000-000000000001' as Guid

function startTokens({ key = 1, origin = region.paymentOrigin } = {}) {
  const clock = createMovableClock()
  const sealer = createSealer(Buffer.alloc(32, key), systemRandom)
  const tokens = createViewTokens({ sealer, region: { ...region, paymentOrigin: origin }, clock })
  return { ...tokens, clock, key: sealer.derive('agent view') }
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const decode = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString())

test('a token names its session for five minutes, and its header begins with typ', async () => {
  const { issue, verify, clock } = startTokens()
  const token = issue(guid)
  assert.ok(token.startsWith('eyJ0eXAi'))
  const [head, body] = token.split('.')
  assert.deepEqual(decode(head), { typ: 'view+jwt', alg: 'HS256' })
  const iat = clock.now() / 1000
  const aud = 'https://nam.pay.example.com/session'
  assert.deepEqual(decode(body), { aud, sub: guid, iat, exp: iat + 300 })
  await clock.advance(299_999)
  assert.equal(verify(token), guid)
  await clock.advance(1)
  assert.equal(verify(token), undefined)
})

test('a token of another key or another region opens nothing', () => {
  const { verify } = startTokens()
  assert.equal(verify(startTokens({ key: 2 }).issue(guid)), undefined)
  assert.equal(verify(startTokens({ origin: 'https://emea.pay.example.com' }).issue(guid)), undefined)
})

test('a token with anything changed opens nothing (RFC-53)', () => {
  const { issue, verify, key } = startTokens()
  const token = issue(guid)
  const [head = '', body = '', signature = ''] = token.split('.')
  const sign = (text: string) => createHmac('sha256', key).update(text).digest('base64url')
  const none = `${encode({ typ: 'view+jwt', alg: 'none' })}.${body}`
  const other = `${encode({ typ: 'at+jwt', alg: 'HS256' })}.${body}`
  for (const wrong of [
    '',
    '.',
    '..',
    head,
    `${head}.${body}`,
    `${head}.${body}.`,
    `${token}.`,
    `${token}=`,
    ` ${token}`,
    `${head}.${body}.${signature.slice(0, -1)}`,
    `${none}.`,
    `${none}.${sign(none)}`,
    `${other}.${sign(other)}`,
    `${head}.${encode({ ...decode(body), exp: 9_999_999_999 })}.${signature}`,
    'x'.repeat(5_000),
    '\u0000.\u0000.\u0000',
  ]) {
    assert.equal(verify(wrong), undefined, wrong.slice(0, 80))
  }
  const at = (index: number) => token[index] ?? ''
  for (let index = 0; index < token.length; index += 1) {
    const changed = token.slice(0, index) + (at(index) === 'A' ? 'B' : 'A') + token.slice(index + 1)
    assert.equal(verify(changed), undefined, `character ${index}`)
  }
})

test('claims that do not fit open nothing, even rightly signed', () => {
  const { verify, issue, key } = startTokens()
  const [head = '', body = ''] = issue(guid).split('.')
  const claims = decode(body)
  for (const change of [{ aud: 'x' }, { exp: 'never' }, { exp: null }, { sub: 7 }, { sub: 'x' }]) {
    const signed = `${head}.${encode({ ...claims, ...change })}`
    const signature = createHmac('sha256', key).update(signed).digest('base64url')
    assert.equal(verify(`${signed}.${signature}`), undefined)
  }
})

test('a token that was made under a former sealing key is good while that key is listed', () => {
  const clock = createMovableClock()
  const under = (...[key = 0, ...former]: number[]) => {
    const formerKeys = former.map((byte) => Buffer.alloc(32, byte))
    const sealer = createSealer(Buffer.alloc(32, key), systemRandom, formerKeys)
    return createViewTokens({ sealer, region, clock })
  }
  const before = under(1).issue(guid)
  assert.equal(under(2, 1).verify(before), guid)
  assert.equal(under(2).verify(before), undefined)
  assert.equal(under(2).verify(under(2, 1).issue(guid)), guid)
})
