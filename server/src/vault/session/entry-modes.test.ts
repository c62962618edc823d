import assert from 'node:assert/strict'
import { test } from 'node:test'
import { approval, press, settle, startVault, testGateway, visa, wholeCard } from '../test-vault.ts'

const card = { pan: visa, expiry: '1230', securityCode: '123' }

test('a caller without a keypad is switched to the link and back, and keeps the complete fields', async (t) => {
  const { open, results } = await startVault(t)
  const session = await open()
  press(session, `${visa}#12`)
  session.enterBy('link')
  const onLink = session.view()
  assert.equal(onLink.entry, 'link')
  assert.equal(onLink.last4, null)
  assert.deepEqual([onLink.fields.pan.digits, onLink.fields.expiry.digits], [0, 0])
  assert.equal(session.press('1'), 'ignored', 'the keypad is not listened to meanwhile')
  await assert.rejects(session.pay(), { code: 'not-possible-now' })

  session.enterBy('keypad')
  const onKeypad = session.view()
  assert.equal(onKeypad.fields.pan.state, 'complete')
  assert.deepEqual(onKeypad.fields.expiry, { state: 'asked', digits: 0, attemptsLeft: 3 })
  press(session, '1230#123#1')
  await settle()
  assert.equal(results[0]?.outcome, 'approved')
})

test('whoever types into the payment page takes over from the keypad, and the agent sees it', async (t) => {
  const gateway = testGateway()
  const { open } = await startVault(t, { gateway })
  const session = await open()
  press(session, '4111')
  session.pageOpened()
  assert.equal(session.view().entry, 'keypad', 'an opened page takes nothing over')
  assert.equal(session.view().link.opened, true)
  assert.equal(session.view().fields.pan.digits, 4)

  session.pageTyped('pan', 7)
  const { entry, link, fields, step } = session.view()
  assert.deepEqual([entry, link.typing, step], ['link', 'pan', 'payment-card-number'])
  assert.deepEqual(fields.pan, { state: 'entering', digits: 7, attemptsLeft: 3 })
  await session.submitCard(card)
  assert.equal(gateway.asked[0]?.request.channel, 'ecommerce')
  assert.equal(session.view().result?.outcome, 'approved')
})

test('a card that the page sent and that was wrong is forgotten whole, and says what was wrong', async (t) => {
  const { open } = await startVault(t)
  const session = await open()
  session.pageTyped('pan', 16)
  const errors = await session.submitCard({ ...card, expiry: '1325' })
  assert.deepEqual(errors, { expiry: 'invalid-date' })
  const { fields, link } = session.view()
  assert.equal(link.typing, null)
  assert.deepEqual([fields.pan.state, fields.pan.digits], ['empty', 0])
  assert.deepEqual(fields.expiry, { state: 'refused', digits: 0, attemptsLeft: 2, error: 'invalid-date' })
  session.enterBy('keypad')
  assert.equal(
    session.view().fields.pan.state,
    'asked',
    'nothing typed on the page is charged as if by telephone',
  )
})

test('a session that was opened for a link has no keypad to go back to', async (t) => {
  const { open } = await startVault(t)
  const session = await open({}, { entry: 'link', caller: 'no-call' })
  assert.throws(() => session.enterBy('keypad'), { code: 'not-possible-now' })
  assert.throws(() => session.ask('pan'), { code: 'not-possible-now' })
  assert.equal(session.press('4'), 'ignored')
})

test('silence on the telephone is no silence of the page', async (t) => {
  const { open, clock } = await startVault(t)
  const session = await open()
  press(session, '4')
  session.enterBy('link')
  await clock.advance(60_000)
  assert.equal(session.view().fields.pan.error, undefined)
  session.enterBy('keypad')
  await clock.advance(21_000)
  assert.equal(session.view().fields.pan.error, 'timeout')
})

test('the agent sets how long is waited between digits, and it outlives the process', async (t) => {
  const { open, clock, restart, find } = await startVault(t)
  const session = await open({ interDigitSeconds: 5 })
  press(session, '4111')
  session.waitBetweenDigits(20)
  assert.equal(session.view().interDigitSeconds, 20)
  await clock.advance(19_000)
  assert.equal(session.view().fields.pan.digits, 4)
  await clock.advance(2_000)
  assert.equal(session.view().fields.pan.error, 'timeout')
  session.enterBy('link')
  await restart()
  const { interDigitSeconds, entry } = find(session.guid).view()
  assert.deepEqual([interDigitSeconds, entry], [20, 'link'])
})

test('a session about to end says so a minute before, once, and takes it back when somebody does something', async (t) => {
  const { open, clock } = await startVault(t)
  const session = await open({ idleSeconds: 300 })
  session.opened()
  const told: string[][] = []
  session.subscribe(({ warnings }) => told.push([...warnings]))
  await clock.advance(239_000)
  assert.deepEqual(session.view().warnings, [])
  await clock.advance(2_000)
  assert.deepEqual(session.view().warnings, ['ending-soon'])
  assert.equal(told.filter((warnings) => warnings.includes('ending-soon')).length, 1)
  press(session, '4')
  assert.deepEqual(session.view().warnings, [])
  await clock.advance(301_000)
  assert.equal(session.view().result?.end, 'timeout')
})

test('the agent is told of tones that can be heard, and of audio that is lost and comes back', async (t) => {
  const { open } = await startVault(t)
  const session = await open()
  session.callTrouble('audio-lost')
  assert.deepEqual(session.view().warnings, ['audio-lost'])
  session.callTrouble('in-band-tones')
  session.callTrouble('audio-back')
  assert.deepEqual(session.view().warnings, ['in-band-tones'])
})

test('keys that are lost, and a line that is secured again, end the entry of a field; complete ones stay', async (t) => {
  const { open } = await startVault(t)
  const session = await open()
  press(session, `${visa}#12`)
  session.callTrouble('keys-lost')
  const { fields, warnings } = session.view()
  assert.deepEqual([fields.pan.state, fields.expiry.digits, warnings], ['complete', 0, ['keys-lost']])
  press(session, '1')
  session.callTrouble('line-lost')
  assert.deepEqual(session.view().warnings, ['line-lost', 'keys-lost'])
  assert.equal(session.view().fields.expiry.digits, 0)
  session.callTrouble('line-secured')
  press(session, '1230#')
  assert.deepEqual(session.view().warnings, [])
  press(session, '123#')
  assert.equal(session.view().state, 'confirming')
  session.callTrouble('line-lost')
  assert.equal(session.view().state, 'confirming')
})

for (const [what, gap, keys, expected] of [
  ['a telephone that sends each key twice', 60, '441122', ['doubled-tones']],
  ['a card number with the same digit again and again', 300, '4111111111', []],
  ['keys that a program presses without any pause', 0, '4411223344', []],
] as const) {
  test(`${what}: ${expected.join() || 'no warning'}`, async (t) => {
    const { open, clock } = await startVault(t)
    const session = await open()
    for (const [index, key] of [...keys].entries()) {
      session.press(key)
      await clock.advance(gap === 60 ? (index % 2 === 0 ? 60 : 400) : gap)
    }
    assert.deepEqual(session.view().warnings, expected)
    session.slowMode('on')
    assert.deepEqual(session.view().warnings, [])
  })
}

test('tones that arrive late are told by when they were pressed', async (t) => {
  const { open, clock } = await startVault(t)
  const session = await open()
  const begun = clock.now()
  for (const [index, key] of [...'441122'].entries()) {
    await clock.advance(1000)
    session.press(key, begun + Math.floor(index / 2) * 460 + (index % 2) * 60)
  }
  assert.deepEqual(session.view().warnings, ['doubled-tones'])
  session.slowMode('on')
  session.press('*', begun + 2000)
  for (const at of [2500, 2560]) {
    await clock.advance(1000)
    session.press('4', begun + at)
  }
  assert.equal(session.view().fields.pan.digits, 1)
})

test('the last state of a session is there for two minutes, how it ended for as long as its row', async (t) => {
  const { launch, find, vault, clock } = await startVault(t, {
    gateway: testGateway({ answers: async () => approval }),
  })
  const { guid, paymentFormUrl } = await launch()
  const secret = paymentFormUrl.split('/').at(-1) ?? ''
  assert.equal(await vault.findEnding(guid, secret), undefined)
  press(find(guid), `${wholeCard}1`)
  await settle()
  assert.equal(vault.findLastState(guid)?.state.result?.outcome, 'approved')
  await clock.advance(121_000)
  assert.equal(vault.findLastState(guid), undefined)
  assert.deepEqual(await vault.findEnding(guid, secret), {
    end: 'success',
    outcome: 'approved',
    order: { amountMinor: 1240, currency: 'GBP' },
    merchantName: 'Harbour Street Books',
    language: 'en',
  })
  assert.equal(await vault.findEnding(guid, 'another-secret-000000'), undefined)
})

test('an outcome that becomes known afterwards is what the link says from then on', async (t) => {
  let known: typeof approval | undefined
  const gateway = testGateway({ answers: () => new Promise(() => {}), known: async () => known })
  const { launch, find, vault, clock } = await startVault(t, { gateway })
  const { guid, paymentFormUrl } = await launch()
  const secret = paymentFormUrl.split('/').at(-1) ?? ''
  const paying = find(guid).submitCard(card)
  await clock.advance(31_000)
  await paying
  assert.equal((await vault.findEnding(guid, secret))?.outcome, 'unknown')
  known = approval
  await clock.advance(120_000)
  const ending = await vault.findEnding(guid, secret)
  assert.deepEqual([ending?.end, ending?.outcome], ['payment-connector-error', 'approved'])
})

test('a payment of the page that could not be written down was not sent, and can be tried again', async (t) => {
  const gateway = testGateway()
  const { open, failWrites } = await startVault(t, { gateway })
  const session = await open({}, { entry: 'link', caller: 'no-call' })
  session.pageOpened()
  await settle()
  failWrites(1)
  await assert.rejects(session.submitCard(card))
  assert.deepEqual([session.view().state, session.view().fields.pan.digits], ['capturing', 0])
  assert.equal(gateway.asked.length, 0)
  await session.submitCard(card)
  assert.equal(session.view().result?.outcome, 'approved')
})
