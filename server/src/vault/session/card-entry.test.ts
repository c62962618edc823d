import assert from 'node:assert/strict'
import { test } from 'node:test'
import { approval, press, settle, startVault, testGateway, visa, wholeCard } from '../test-vault.ts'

const amex = '378282246310005'
const mastercard = '5555555555554444'
const notPossible = { name: 'Problem', code: 'not-possible-now' }

test('a card typed on the keypad is confirmed with 1, charged and reported', async (t) => {
  const gateway = testGateway()
  const { open, results, vault } = await startVault(t, { gateway })
  const session = await open()
  press(session, wholeCard)
  assert.equal(session.view().state, 'confirming')
  assert.equal(session.press('1'), 'taken')
  assert.equal(session.view().state, 'processing')
  assert.equal(session.view().step, 'payment-processing')
  await settle()
  assert.equal(session.view().state, 'ended')
  assert.deepEqual(session.view().result, {
    end: 'success',
    outcome: 'approved',
    authorisationCode: 'A1B2C3',
  })
  assert.equal(vault.find(session.guid), undefined)
  assert.equal(gateway.asked.length, 1)
  const [asked] = gateway.asked
  assert.deepEqual([asked?.pan, asked?.expiry, asked?.securityCode], [visa, '1230', '123'])
  assert.equal(asked?.request.channel, 'moto')
  assert.equal(asked?.request.card.brand, 'visa')
  assert.deepEqual(asked?.request.initialValues, { FirstName: 'John' })
  assert.deepEqual(results, [
    {
      guid: session.guid,
      end: 'success',
      outcome: 'approved',
      card: { brand: 'visa', last4: '1111', expiry: '1230' },
      charge: { gatewayReference: 'reference-1', authorisationCode: 'A1B2C3', captured: true },
    },
  ])
})

test('each field is asked in its turn, and shows dots, brand and last four', async (t) => {
  const { open } = await startVault(t)
  const session = await open()
  assert.equal(session.view().step, 'payment-card-number')
  assert.equal(session.view().fields.pan.state, 'asked')
  assert.equal(session.view().fields.expiry.state, 'empty')
  press(session, '4111')
  assert.deepEqual(session.view().fields.pan, { state: 'entering', digits: 4, attemptsLeft: 3 })
  assert.equal(session.view().brand, 'visa')
  assert.equal(session.view().last4, null)
  press(session, '111111111111#')
  assert.equal(session.view().last4, '1111')
  assert.equal(session.view().step, 'expiration-date')
  press(session, '1230')
  assert.equal(session.view().step, 'security-code')
  press(session, '#123#')
  assert.equal(session.view().step, null)
  assert.deepEqual(session.view().fields.securityCode, { state: 'complete', digits: 3, attemptsLeft: 3 })
})

test('the last four stay hidden where the flow does not show them', async (t) => {
  const { open } = await startVault(t)
  const session = await open({ showLast4: false })
  press(session, wholeCard)
  assert.equal(session.view().last4, null)
})

test('a card number ends by itself at the longest length of its brand, and a late # means nothing', async (t) => {
  const { open } = await startVault(t)
  const session = await open()
  press(session, mastercard)
  assert.equal(session.view().fields.pan.state, 'complete')
  assert.equal(session.press('#'), 'ignored')
  assert.equal(session.view().fields.expiry.state, 'asked')
  press(session, '1230#')
  assert.equal(session.view().fields.securityCode.state, 'asked')
  assert.equal(session.view().fields.securityCode.error, undefined)
})

test('a security code ends by # alone, so that a digit too many never pays', async (t) => {
  const gateway = testGateway()
  const { open } = await startVault(t, { gateway })
  const session = await open()
  press(session, `${visa}#1230#1231`)
  assert.equal(session.view().state, 'capturing')
  press(session, '#')
  assert.equal(session.view().fields.securityCode.error, 'invalid-security-code')
  await settle()
  assert.equal(gateway.asked.length, 0)
})

test('* clears the field that is being typed, at no cost', async (t) => {
  const { open } = await startVault(t)
  const session = await open()
  press(session, `4999*${wholeCard}`)
  assert.equal(session.view().state, 'confirming')
  assert.equal(session.view().fields.pan.attemptsLeft, 3)
})

test('2 starts again with all fields empty', async (t) => {
  const { open } = await startVault(t)
  const session = await open()
  press(session, `${wholeCard}2`)
  const { state, fields, brand } = session.view()
  assert.equal(state, 'capturing')
  assert.deepEqual([fields.pan.digits, fields.expiry.digits, fields.securityCode.digits], [0, 0, 0])
  assert.equal(brand, null)
  press(session, wholeCard)
  assert.equal(session.view().state, 'confirming')
})

test('without confirmation by keypad 1 and 2 do nothing, and the agent pays', async (t) => {
  const { open, results } = await startVault(t)
  const session = await open({ confirmByKeypad: false })
  press(session, wholeCard)
  assert.equal(session.press('1'), 'ignored')
  assert.equal(session.press('2'), 'ignored')
  assert.equal(session.view().state, 'confirming')
  await session.pay()
  assert.equal(results[0]?.outcome, 'approved')
})

for (const [keys, field, error] of [
  ['4111111111111112#', 'pan', 'invalid-card-number'],
  ['411111111111#', 'pan', 'invalid-card-number'],
  ['9999999999999995#', 'pan', 'invalid-card-type'],
  [`${visa}#1330`, 'expiry', 'invalid-date'],
  [`${visa}#1225`, 'expiry', 'invalid-date'],
  [`${visa}#123#`, 'expiry', 'invalid-date'],
  [`${visa}#1230#1234#`, 'securityCode', 'invalid-security-code'],
  [`${visa}#1230#12#`, 'securityCode', 'invalid-security-code'],
  [`${visa}#1230#12345`, 'securityCode', 'invalid-security-code'],
  [`${amex}#1230#123#`, 'securityCode', 'invalid-security-code'],
] as const) {
  test(`${keys} is refused as ${error}, and that field alone asked again`, async (t) => {
    const { open, lines } = await startVault(t)
    const session = await open()
    press(session, keys)
    assert.deepEqual(session.view().fields[field], { state: 'refused', digits: 0, attemptsLeft: 2, error })
    const right = { pan: `${visa}#1230#123#`, expiry: '1230#123#', securityCode: '' }[field]
    press(session, right || (keys.startsWith('3') ? '1234#' : '123#'))
    assert.equal(session.view().state, 'confirming')
    assert.equal(session.view().fields[field].error, undefined)
    assert.ok(lines.some((line) => line.includes(error)))
  })
}

test('a brand that the flow does not take is refused', async (t) => {
  const { open } = await startVault(t)
  const session = await open({ brands: ['visa'] })
  press(session, mastercard)
  assert.equal(session.view().fields.pan.error, 'invalid-card-type')
  press(session, wholeCard)
  assert.equal(session.view().state, 'confirming')
})

test('a field that is wrong too often ends the session', async (t) => {
  const { open, results, vault } = await startVault(t)
  const session = await open({ attempts: 2 })
  press(session, '1#2#')
  assert.equal(session.view().state, 'ended')
  assert.equal(session.press('4'), 'ignored')
  await settle()
  assert.deepEqual(results, [{ guid: session.guid, end: 'too-many-failed-attempts', outcome: 'failed' }])
  assert.equal(vault.find(session.guid), undefined)
})

test('attempts are counted for each field alone', async (t) => {
  const { open } = await startVault(t)
  const session = await open({ attempts: 2 })
  press(session, `1#${visa}#1330#1230#12#123#`)
  assert.equal(session.view().state, 'confirming')
  const { pan, expiry, securityCode } = session.view().fields
  assert.deepEqual([pan.attemptsLeft, expiry.attemptsLeft, securityCode.attemptsLeft], [1, 1, 1])
})

test('a field is asked again alone, in any order, and the others keep what they have', async (t) => {
  const { open } = await startVault(t)
  const session = await open()
  press(session, wholeCard)
  session.ask('expiry')
  assert.equal(session.view().state, 'capturing')
  assert.equal(session.view().step, 'expiration-date')
  const { pan, expiry, securityCode } = session.view().fields
  assert.deepEqual([pan.state, expiry.state, securityCode.state], ['complete', 'asked', 'complete'])
  press(session, '0131#')
  assert.equal(session.view().state, 'confirming')
})

test('asking for another field drops what was half typed', async (t) => {
  const { open } = await startVault(t)
  const session = await open()
  press(session, '4111')
  session.ask('expiry')
  press(session, '1230')
  assert.equal(session.view().step, 'payment-card-number')
  assert.equal(session.view().fields.pan.digits, 0)
})

test('a security code that was typed before its card number is checked again with it, at no cost', async (t) => {
  const { open } = await startVault(t)
  const session = await open()
  session.ask('securityCode')
  press(session, `123#${amex}`)
  assert.deepEqual(session.view().fields.securityCode, {
    state: 'refused',
    digits: 0,
    attemptsLeft: 3,
    error: 'invalid-security-code',
  })
  press(session, '1230#1234#')
  assert.equal(session.view().state, 'confirming')
})

test('in slow mode the same key counts once within its time, in the other mode each time', async (t) => {
  const { open, clock } = await startVault(t)
  const session = await open()
  session.slowMode('on')
  assert.equal(session.view().slowMode, true)
  assert.equal(session.press('4'), 'taken')
  assert.equal(session.press('4'), 'ignored')
  assert.equal(session.press('1'), 'taken')
  await clock.advance(400)
  assert.equal(session.press('1'), 'ignored', 'the last moment at which it is an echo')
  await clock.advance(1)
  assert.equal(session.press('1'), 'taken')
  assert.equal(session.view().fields.pan.digits, 3)
  session.slowMode('off')
  press(session, '111')
  assert.equal(session.view().fields.pan.digits, 6)
})

test('silence before the first digit shows timeout and costs nothing, however often', async (t) => {
  const { open, clock } = await startVault(t)
  const session = await open()
  await clock.advance(60_000)
  assert.equal(session.view().fields.pan.error, undefined, 'nobody is there yet')
  session.opened()
  await clock.advance(20_000)
  assert.deepEqual(session.view().fields.pan, {
    state: 'refused',
    digits: 0,
    attemptsLeft: 3,
    error: 'timeout',
  })
  await clock.advance(120_000)
  assert.equal(session.view().fields.pan.attemptsLeft, 3)
  press(session, '4')
  assert.equal(session.view().fields.pan.error, undefined)
})

test('nobody waits for the first digit behind a link', async (t) => {
  const { open, clock } = await startVault(t)
  const session = await open({}, { entry: 'link', caller: 'no-call' })
  session.opened()
  await clock.advance(60_000)
  assert.equal(session.view().fields.pan.error, undefined)
})

test('silence in the middle breaks an entry off, free of cost once in each field', async (t) => {
  const { open, clock } = await startVault(t)
  const session = await open()
  for (const [attemptsLeft, error] of [
    [3, 'timeout'],
    [2, 'timeout'],
    [1, 'timeout'],
  ] as const) {
    press(session, '4111')
    await clock.advance(6_000)
    assert.deepEqual(session.view().fields.pan, { state: 'refused', digits: 0, attemptsLeft, error })
  }
})

test('silence ends an entry that can be complete, as # would', async (t) => {
  const { open, clock } = await startVault(t)
  const session = await open()
  press(session, visa)
  assert.equal(session.view().fields.pan.state, 'entering')
  await clock.advance(6_000)
  assert.equal(session.view().fields.pan.state, 'complete')
  press(session, '1230123')
  await clock.advance(6_000)
  assert.equal(session.view().state, 'confirming')
})

test('a session ends by timeout when nothing happens, and any activity puts that off', async (t) => {
  const { open, clock, results } = await startVault(t)
  const session = await open({ idleSeconds: 60 })
  assert.equal(session.view().endsAt, clock.now() + 60_000)
  for (const act of [
    () => session.press('4'),
    () => session.opened(),
    () => session.ask('pan'),
    () => session.slowMode('on'),
  ]) {
    await clock.advance(59_000)
    act()
    assert.equal(session.view().endsAt, clock.now() + 60_000)
  }
  await clock.advance(59_000)
  assert.deepEqual(results, [])
  await clock.advance(1_000)
  assert.deepEqual(results, [{ guid: session.guid, end: 'timeout', outcome: 'failed' }])
})

test('a session expires at the end of its lifetime, however busy it is', async (t) => {
  const { open, clock, results } = await startVault(t)
  const session = await open({ idleSeconds: 60, lifetimeSeconds: 150 })
  for (let minute = 0; minute < 2; minute += 1) {
    await clock.advance(50_000)
    session.press('*')
  }
  assert.equal(session.view().endsAt, clock.now() + 50_000)
  await clock.advance(50_000)
  assert.deepEqual(results, [{ guid: session.guid, end: 'expired', outcome: 'failed' }])
})

test('cancelling ends the session and is harmless afterwards', async (t) => {
  const { open, results } = await startVault(t)
  const session = await open()
  press(session, wholeCard)
  await session.cancel()
  await session.cancel()
  assert.deepEqual(results, [{ guid: session.guid, end: 'cancelled', outcome: 'cancelled' }])
  await assert.rejects(session.pay(), notPossible)
  assert.throws(() => session.ask('pan'), notPossible)
})

test('once the gateway has been asked nothing can be changed', async (t) => {
  const gateway = testGateway({ answers: () => new Promise(() => {}) })
  const { open } = await startVault(t, { gateway })
  const session = await open()
  press(session, `${wholeCard}1`)
  await assert.rejects(session.cancel(), notPossible)
  assert.throws(() => session.ask('pan'), notPossible)
  assert.throws(() => session.slowMode('on'), notPossible)
  assert.equal(session.press('2'), 'ignored')
  assert.equal(session.view().fields.pan.digits, 16)
})

test('a payment cannot be taken before all fields are complete', async (t) => {
  const { open } = await startVault(t)
  const session = await open()
  press(session, `${visa}#1230#`)
  await assert.rejects(session.pay(), notPossible)
})

test('progress is reported once, at the first key or the first page', async (t) => {
  const { open, begun } = await startVault(t)
  const typed = await open()
  const shown = await open()
  press(typed, '41')
  typed.opened()
  shown.opened()
  shown.press('4')
  await settle()
  assert.deepEqual(begun, [typed.guid, shown.guid])
})

test('listeners hear each change at once, and one that throws disturbs nobody', async (t) => {
  const { open } = await startVault(t)
  const session = await open()
  const heard: number[] = []
  session.subscribe(() => {
    throw new Error('deaf')
  })
  const stop = session.subscribe(({ fields }) => heard.push(fields.pan.digits))
  press(session, '411')
  assert.deepEqual(heard, [1, 2, 3])
  stop()
  session.press('1')
  assert.equal(heard.length, 3)
})

test('a caller who hangs up is seen, and the agent can still take the payment', async (t) => {
  const { open, results } = await startVault(t)
  const session = await open()
  assert.equal(session.view().caller, 'on-call')
  press(session, wholeCard)
  session.callEnded()
  assert.equal(session.view().caller, 'hung-up')
  await session.pay()
  assert.equal(results[0]?.outcome, 'approved')
})

test('a card from the payment page is charged as ecommerce', async (t) => {
  const gateway = testGateway()
  const { open, results } = await startVault(t, { gateway })
  const session = await open({}, { entry: 'link', caller: 'no-call' })
  assert.equal(session.view().caller, 'no-call')
  const errors = await session.submitCard({
    pan: '4111 1111-1111 1111',
    expiry: '12/30',
    securityCode: '123',
  })
  assert.deepEqual(errors, {})
  assert.equal(gateway.asked[0]?.pan, visa)
  assert.equal(gateway.asked[0]?.request.channel, 'ecommerce')
  assert.equal(results[0]?.outcome, 'approved')
})

test('what is wrong with a card from the payment page is told by field, and counts', async (t) => {
  const gateway = testGateway()
  const { open, results } = await startVault(t, { gateway })
  const session = await open({ attempts: 2 })
  const wrong = { pan: '4111x111', expiry: '1330', securityCode: '12'.repeat(40) }
  const errors = {
    pan: 'invalid-card-number',
    expiry: 'invalid-date',
    securityCode: 'invalid-security-code',
  }
  assert.deepEqual(await session.submitCard(wrong), errors)
  assert.equal(session.view().state, 'capturing')
  assert.deepEqual(await session.submitCard({ ...wrong, securityCode: '123' }), {
    pan: errors.pan,
    expiry: errors.expiry,
  })
  assert.equal(results[0]?.end, 'too-many-failed-attempts')
  assert.equal(gateway.asked.length, 0)
})

test('a session can be switched from the keypad to the page in the middle', async (t) => {
  const gateway = testGateway({ answers: async () => approval })
  const { open } = await startVault(t, { gateway })
  const session = await open()
  press(session, `${mastercard}1230#12`)
  await session.submitCard({ pan: amex, expiry: '1131', securityCode: '1234' })
  assert.deepEqual(
    [gateway.asked[0]?.pan, gateway.asked[0]?.expiry, gateway.asked[0]?.securityCode],
    [amex, '1131', '1234'],
  )
})
