import assert from 'node:assert/strict'
import { test } from 'node:test'
import { passesLuhn } from '@tonegate/protocol/card/luhn'
import { storedContents } from '../../../test/harness/test-stored-content.ts'
import { press, settle, startVault, testGateway } from '../test-vault.ts'

/** A hundred distinct card numbers: visa and mastercard, each with its check digit. */
const pans = Array.from({ length: 100 }, (_, index) => {
  const body = `${index % 2 ? '4929' : '5412'}${String(10_000_019 * (index + 7) + 12_345_678_901).slice(0, 11)}`
  const check = [...'0123456789'].find((digit) => passesLuhn(Buffer.from(body + digit)))
  return `${body}${check}`
})

test('after a hundred payments no card number is in the database, its journal or the log', async (t) => {
  const gateway = testGateway({
    answers: async ({ idempotencyKey }) =>
      idempotencyKey.charCodeAt(8) % 2
        ? { status: 'declined', reason: 'do-not-honour' }
        : Promise.reject(new Error(`request with ${pans.join()} failed`)),
  })
  const { open, folder, lines, store, restart, find, vault, results, clock } = await startVault(t, {
    gateway,
  })
  assert.equal(new Set(pans.map((pan) => pan.slice(0, 12))).size, 100)
  const assertNowhere = async (when: string) => {
    const stored = await storedContents(folder)
    for (const { name, content } of [...stored, { name: 'the log', content: lines.join('') }]) {
      for (const pan of pans) {
        assert.equal(content.indexOf(pan.slice(0, 12)), -1, `${when}: a card number is in ${name}`)
      }
    }
    return stored
  }
  const half = []
  for (const [index, pan] of pans.entries()) {
    const session = await open()
    if (index % 10 === 3) {
      await session.submitCard({ pan, expiry: '1230', securityCode: '123' })
      continue
    }
    press(session, `${pan.slice(0, 5)}*${pan.slice(0, -1)}#${pan}#1230#123`)
    if (index % 10 === 7) half.push(session.guid)
    else {
      press(session, '#1')
      await settle()
    }
  }
  const stored = await assertNowhere('while some are open')
  for (const guid of half) assert.ok(stored.some(({ content }) => content.includes(guid)))
  await restart()
  for (const guid of half) {
    press(find(guid), '123#1')
    await settle()
  }
  await clock.advance(3_600_000)
  assert.equal(new Set(results.map(({ guid }) => guid)).size, 100)
  assert.equal(gateway.asked.length, 100)
  assert.ok(vault && store)
  await assertNowhere('afterwards')
  assert.ok(lines.length > 300, 'the log was talkative')
})

test('neither the security code nor what a program sent along is logged', async (t) => {
  const { open, lines } = await startVault(t)
  const session = await open({}, { initialValues: { FirstName: 'Zacharias-Canary' } })
  press(session, '4111111111111111#1230#987#1')
  await settle()
  const log = lines
    .join('')
    .replaceAll(session.guid, '')
    .replaceAll(/"time":"[^"]*"/g, '')
  assert.doesNotMatch(log, /987|1111|1230|Zacharias/)
  assert.match(log, /payment-card-number/)
  assert.match(log, /"end":"success","outcome":"approved"/)
})
