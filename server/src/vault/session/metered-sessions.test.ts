import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { SessionMeter } from '../model/session-meter.ts'
import { press, settle, startVault, testGateway, visa } from '../test-vault.ts'

/** A vault that writes down what it counts. */
async function startMetered(t: TestContext, gateway = testGateway()) {
  const counted: string[] = []
  const sessionMeter: SessionMeter = {
    launched: (kind) => void counted.push(`launched ${kind}`),
    ended: (kind, { end, outcome }) => void counted.push(`ended ${kind} ${end} ${outcome}`),
    fieldLeft: (field, entry, milliseconds) => void counted.push(`${field} ${entry} ${milliseconds}`),
  }
  return { ...(await startVault(t, { gateway, sessionMeter })), counted }
}

test('the time in each field is counted from its first key or the field before it, wrong entries included', async (t) => {
  const { open, clock, counted } = await startMetered(t)
  const session = await open()
  await clock.advance(3_000)
  press(session, '12#')
  await clock.advance(2_000)
  press(session, `${visa}#`)
  await clock.advance(1_000)
  press(session, '1230#')
  await clock.advance(500)
  press(session, '123#1')
  await settle()
  assert.deepEqual(counted, [
    'launched keypad',
    'payment-card-number keypad 2000',
    'expiration-date keypad 1000',
    'security-code keypad 500',
    'ended keypad success approved',
  ])
})

test('a field in which the session ends was not left, and the end is counted once', async (t) => {
  const { open, clock, counted } = await startMetered(t)
  const session = await open()
  press(session, '4111')
  await clock.advance(3_000)
  await session.cancel()
  await settle()
  assert.deepEqual(counted, ['launched keypad', 'ended keypad cancelled cancelled'])
})

test('sessions by link, and those whose outcome nobody knows, are told apart', async (t) => {
  const gateway = testGateway({ answers: () => Promise.reject(new Error('cut off')) })
  const { open, counted, clock } = await startMetered(t, gateway)
  await (await open({}, { entry: 'link' })).cancel()
  press(await open(), `${visa}#1230#123#1`)
  await settle()
  await clock.advance(60_000)
  await settle()
  assert.deepEqual(
    counted.filter((each) => !each.startsWith('payment') && !/^(?:expiration|security)/.test(each)),
    [
      'launched link',
      'ended link cancelled cancelled',
      'launched keypad',
      'ended keypad payment-connector-error unknown',
    ],
  )
})
