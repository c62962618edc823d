import assert from 'node:assert/strict'
import { test } from 'node:test'
import { promptsOf } from '../prompts/prompts.ts'
import { type approval, press, settle, startVault, testGateway, visa } from '../test-vault.ts'

const optional = { securityCode: 'optional' } as const
const never = { securityCode: 'never' } as const
const leftOut = { state: 'complete', digits: 0, attemptsLeft: 3, optional: true }
const notAsked = { state: 'not-asked', digits: 0, attemptsLeft: 3 }
const notPossible = { name: 'Problem', code: 'not-possible-now' }

test('where a code is needed ## gets nobody past it', async (t) => {
  const { open } = await startVault(t)
  const session = await open()
  press(session, `${visa}#1230####`)
  assert.equal(session.view().fields.securityCode.state, 'asked')
  await assert.rejects(session.pay(), notPossible)
})

for (const keys of [`${visa}#1230##`, `${visa}#930##`, `${visa}#122030##`]) {
  test(`a card without a code is keyed in as ${keys}, and sent without one`, async (t) => {
    const gateway = testGateway()
    const { open, results } = await startVault(t, { gateway })
    const session = await open(optional)
    press(session, keys)
    assert.deepEqual(session.view().fields.securityCode, leftOut)
    assert.equal(session.view().state, 'confirming')
    press(session, '1')
    await settle()
    assert.equal(results[0]?.outcome, 'approved')
    assert.equal(gateway.asked[0]?.securityCode, undefined)
    assert.ok(!Object.hasOwn(gateway.asked[0]?.request.card ?? {}, 'securityCode'))
  })
}

test('a caller who is asked for the code presses # twice, and once is the end of the date', async (t) => {
  const { open, clock } = await startVault(t)
  const session = await open(optional)
  press(session, `${visa}#1230`)
  await clock.advance(10_000)
  assert.equal(session.press('#'), 'ignored')
  assert.equal(session.view().fields.securityCode.state, 'asked')
  await clock.advance(5_000)
  assert.equal(session.press('#'), 'taken')
  assert.deepEqual(session.view().fields.securityCode, leftOut)
})

test('a code that is optional is taken, checked and counted as any other', async (t) => {
  const gateway = testGateway()
  const { open } = await startVault(t, { gateway })
  const session = await open(optional)
  press(session, `${visa}#1230#12##`)
  const refused = { state: 'refused', digits: 0, attemptsLeft: 2, error: 'invalid-security-code' }
  assert.deepEqual(session.view().fields.securityCode, { ...refused, optional: true })
  press(session, '123#')
  await session.pay()
  assert.equal(gateway.asked[0]?.securityCode, '123')
})

test('whoever starts again, or is asked again, says anew whether the card has a code', async (t) => {
  const { open } = await startVault(t)
  const session = await open(optional)
  press(session, `${visa}#1230##2`)
  assert.equal(session.view().fields.securityCode.state, 'empty')
  press(session, `${visa}#1230##`)
  session.ask('securityCode')
  assert.equal(session.view().fields.securityCode.state, 'asked')
  press(session, '123#')
  assert.equal(session.view().fields.securityCode.digits, 3)
})

test('a code that was left out stays so when another card number is typed', async (t) => {
  const { open } = await startVault(t)
  const session = await open(optional)
  press(session, `${visa}#1230##`)
  session.ask('pan')
  press(session, '378282246310005')
  assert.deepEqual(session.view().fields.securityCode, leftOut)
  assert.equal(session.view().state, 'confirming')
})

test('that a card has no code outlives the process, and a code does not', async (t) => {
  const gateway = testGateway()
  const { open, restart, find } = await startVault(t, { gateway })
  const without = await open(optional)
  press(without, `${visa}#1230##`)
  const withCode = await open(optional)
  press(withCode, `${visa}#1230#123#`)
  await settle()
  await restart()
  assert.equal(find(withCode.guid).view().fields.securityCode.state, 'asked')
  const again = find(without.guid)
  assert.deepEqual(again.view().fields.securityCode, leftOut)
  await again.pay()
  assert.equal(gateway.asked[0]?.securityCode, undefined)
})

test('where it is never asked the card is complete with its date, on the keypad', async (t) => {
  const gateway = testGateway()
  const { open, results } = await startVault(t, { gateway })
  const session = await open(never)
  assert.deepEqual(session.view().fields.securityCode, notAsked)
  press(session, `${visa}#1230#`)
  assert.equal(session.view().state, 'confirming')
  assert.throws(() => session.ask('securityCode'), notPossible)
  assert.equal(session.view().state, 'confirming')
  press(session, '1')
  await settle()
  assert.equal(results[0]?.outcome, 'approved')
  assert.deepEqual(session.view().fields.securityCode, notAsked)
  assert.ok(!Object.hasOwn(gateway.asked[0]?.request.card ?? {}, 'securityCode'))
})

test('a session that never asks comes back complete, and its charge as well', async (t) => {
  const noAnswer = () => new Promise<typeof approval>(() => {})
  const gateway = testGateway({ answers: noAnswer, known: noAnswer })
  const { open, restart, find } = await startVault(t, { gateway })
  const { guid } = await open({ securityCode: 'never' })
  press(find(guid), `${visa}#1230#`)
  await settle()
  await restart()
  assert.equal(find(guid).view().state, 'confirming')
  find(guid).press('1')
  await settle()
  await restart()
  assert.equal(find(guid).view().state, 'processing')
  assert.deepEqual(find(guid).view().fields.securityCode, notAsked)
})

for (const purpose of ['charge', 'authorise', 'verify', 'tokenise'] as const) {
  test(`a card is taken without a code for ${purpose}, on the page too`, async (t) => {
    const gateway = testGateway()
    const { open } = await startVault(t, { gateway })
    for (const policy of [optional, never]) {
      const session = await open({ ...policy, purpose }, { entry: 'link', caller: 'no-call' })
      assert.deepEqual(await session.submitCard({ pan: visa, expiry: '1230' }), {})
    }
    assert.deepEqual(
      gateway.asked.map(({ securityCode }) => securityCode),
      [undefined, undefined],
    )
  })
}

test('on the page an empty code is missing where it is needed, and one that is none is wrong where it is not', async (t) => {
  const { open } = await startVault(t)
  const wrong = { securityCode: 'invalid-security-code' }
  const needed = await open({}, { entry: 'link', caller: 'no-call' })
  assert.deepEqual(await needed.submitCard({ pan: visa, expiry: '1230' }), wrong)
  const spared = await open(optional, { entry: 'link', caller: 'no-call' })
  for (const securityCode of ['', '12', 'x']) {
    assert.deepEqual(await spared.submitCard({ pan: visa, expiry: '1230', securityCode }), wrong)
    if (securityCode === '12') break
  }
})

test('a page that tells of digits in a code that is not asked for is not heard', async (t) => {
  const { open } = await startVault(t)
  const session = await open(never, { entry: 'link', caller: 'no-call' })
  session.pageTyped('securityCode', 3)
  assert.deepEqual(session.view().fields.securityCode, notAsked)
  assert.equal(session.view().link.typing, null)
})

test('a caller hears that the code may be left out, and is not asked for one that is never asked', async (t) => {
  const { open } = await startVault(t)
  const keypad = { confirmByKeypad: true }
  const spared = await open(optional)
  press(spared, `${visa}#1230#`)
  assert.deepEqual(promptsOf(spared.view(), keypad), ['security-code', 'no-security-code'])
  press(spared, '12#')
  assert.deepEqual(promptsOf(spared.view(), keypad), [
    'wrong-security-code',
    'security-code',
    'no-security-code',
  ])
  const unasked = await open(never)
  press(unasked, `${visa}#1230#`)
  assert.deepEqual(promptsOf(unasked.view(), keypad), ['confirm'])
})
