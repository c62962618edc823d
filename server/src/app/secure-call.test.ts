import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { TelephoneState } from '@tonegate/protocol/telephone'
import { createGuids } from '../base/guid.ts'
import { systemRandom } from '../base/random.ts'
import { createSimulatedCalls } from '../calls/simulated-calls.ts'
import { settle, startVault, visa } from '../vault/test-vault.ts'
import { secureCall } from './secure-call.ts'

async function startCall(t: TestContext) {
  const vault = await startVault(t)
  const { clock } = vault
  const calls = createSimulatedCalls({ clock, newGuid: createGuids({ clock, random: systemRandom }) })
  const { callGuid } = calls.open(7, 'agent7')
  const states: TelephoneState[] = []
  calls.watch(7, callGuid, (state) => states.push(state))
  const session = await vault.open()
  await secureCall({ calls, callGuid, session, clock })
  const press = (keys: string) => calls.press(7, callGuid, [...keys] as never, 0)
  return { ...vault, calls, callGuid, session, press, states, heard: () => states.at(-1)?.said?.text }
}

test('the caller hears what to do, field by field, and the result', async (t) => {
  const { session, press, heard } = await startCall(t)
  assert.equal(heard(), undefined)
  session.opened()
  assert.match(heard() ?? '', /enter your card number/)
  await press('1#')
  assert.match(heard() ?? '', /^That card number was not accepted\. Please enter/)
  await press(`${visa}#1230#123#`)
  assert.match(heard() ?? '', /You are about to pay £12\.40 .* ending in 1 1 1 1/)
  await press('1')
  await settle()
  assert.match(heard() ?? '', /^Your payment of £12\.40 was successful/)
})

test('the same mistake twice is said twice', async (t) => {
  const { press, states } = await startCall(t)
  await press('1#2#')
  assert.equal(
    states.filter(({ said }) => said?.text.startsWith('That card number was not accepted')).length,
    2,
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
  const { session, calls, callGuid, open, press, clock } = await startCall(t)
  await session.cancel()
  const second = await open()
  await secureCall({ calls, callGuid, session: second, clock })
  await clock.advance(6_000)
  assert.equal(await press('41'), 'listener')
  assert.equal(second.view().fields.pan.digits, 2)
})

test('what goes wrong in a call is told to the session', async (t) => {
  const { session, calls, callGuid } = await startCall(t)
  calls.trouble(7, callGuid, 'in-band-tones')
  assert.deepEqual(session.view().warnings, ['in-band-tones'])
  calls.hangUp(7, callGuid)
  assert.equal(session.view().caller, 'hung-up')
})
