import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { TelephoneState } from '@tonegate/protocol/telephone'
import { until } from '../../test/harness/test-until.ts'
import { startPhone } from '../sandbox/phone/test-phone.ts'
import { settle, startVault, visa } from '../vault/test-vault.ts'
import { secureCall } from './secure-call.ts'

async function startCall(t: TestContext) {
  const vault = await startVault(t)
  const { clock } = vault
  const { phone, telephone, press } = await startPhone(t, clock)
  const { callGuid } = await phone.open('agent7')
  const states: TelephoneState[] = []
  phone.watch(callGuid, (state) => states.push(state))
  const session = await vault.open()
  await secureCall({ calls: telephone, callGuid, session, clock })
  return {
    ...vault,
    phone,
    telephone,
    callGuid,
    session,
    press: (keys: string) => press(callGuid, keys),
    states,
    heard: (text: RegExp) => until(() => text.test(states.at(-1)?.said?.text ?? '')),
  }
}

test('the caller hears what to do, field by field, and the result', async (t) => {
  const { session, press, heard, states } = await startCall(t)
  assert.equal(states.at(-1)?.said, null)
  session.opened()
  await heard(/enter your card number/)
  await press('1#')
  await heard(/^That card number was not accepted\. Please enter/)
  await press(`${visa}#1230#123#`)
  await heard(/You are about to pay £12\.40 .* ending in 1 1 1 1/)
  await press('1')
  await settle()
  await heard(/^Your payment of £12\.40 was successful/)
})

test('what the caller of a card verification is told has a name of its own, for audio that speaks of no payment', async (t) => {
  const { telephone, callGuid, open, clock } = await startCall(t)
  const session = await open({ purpose: 'verify' }, { order: { amountMinor: 0, currency: 'GBP' } })
  const said: string[] = []
  const say = async (_: unknown, { key }: { readonly key: string }) => void said.push(key)
  await secureCall({ calls: { ...telephone, say }, callGuid, session, clock })
  session.opened()
  await session.cancel()
  assert.deepEqual(said, ['card-number', 'cancelled-verification'])
})

test('the same mistake twice is said twice', async (t) => {
  const { press, states } = await startCall(t)
  await press('1#2#')
  await until(
    () =>
      states.filter(({ said }) => said?.text.startsWith('That card number was not accepted')).length === 2,
  )
})

test('keys that are pressed after the end reach nobody, until the caller has been silent for five seconds', async (t) => {
  const { session, press, clock, lines } = await startCall(t)
  await press('4111')
  await session.cancel()
  assert.equal(await press('1111'), 'listener')
  await clock.advance(4_000)
  assert.equal(await press('11'), 'listener')
  await clock.advance(4_999)
  assert.equal(await press('1'), 'listener')
  await clock.advance(5_000)
  assert.equal(await press('7'), 'agent')
  assert.doesNotMatch(lines.join(''), /1111/)
})

test('a second session on the same call has the keys at once, and keeps them', async (t) => {
  const { session, telephone, callGuid, open, press, clock } = await startCall(t)
  await session.cancel()
  const second = await open()
  await secureCall({ calls: telephone, callGuid, session: second, clock })
  await clock.advance(6_000)
  assert.equal(await press('41'), 'listener')
  assert.equal(second.view().fields.pan.digits, 2)
})

test('a caller whose keys are heard, or whose line is lost, is asked to wait, and then for the card again', async (t) => {
  const { session, telephone, callGuid, press, heard } = await startCall(t)
  await press(`${visa}#`)
  await heard(/enter the expiry date/)
  telephone.lines.trouble(callGuid, 'line-lost')
  await heard(/^Thank you\. One moment, please\.$/)
  telephone.lines.trouble(callGuid, 'line-secured')
  await heard(/enter the expiry date/)
  telephone.lines.trouble(callGuid, 'in-band-tones')
  await heard(/^Thank you\. One moment, please\.$/)
  await press('1230')
  assert.equal(session.view().fields.expiry.digits, 0)
  session.enterBy('link')
  await heard(/use the link/)
  telephone.lines.trouble(callGuid, 'line-lost')
  telephone.lines.trouble(callGuid, 'line-secured')
  session.enterBy('keypad')
  await heard(/enter your card number/)
})

test('what goes wrong in a call is told to the session', async (t) => {
  const { session, phone, callGuid } = await startCall(t)
  await phone.trouble(callGuid, 'tones-in-audio')
  assert.deepEqual(session.view().warnings, ['in-band-tones'])
  await phone.hangUp(callGuid)
  assert.equal(session.view().caller, 'hung-up')
})
