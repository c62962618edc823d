import assert from 'node:assert/strict'
import { test } from 'node:test'
import { burstMilliseconds } from '../fields/left-over.ts'
import { press, startVault, testGateway, visa, wholeCard } from '../test-vault.ts'

const mastercard = '5555555555554444'
const wrongMastercard = '5555555555554445'

for (const keys of [
  '122030#',
  '122030',
  '1230#',
  '1230',
  '12#30#',
  '12#30',
  '12#2030#',
  '930#',
  '92030#',
  '9#30#',
  '9#2030#',
  '130#',
  '1#30#',
  '1230##',
]) {
  test(`an expiry date may be keyed in as ${keys}`, async (t) => {
    const gateway = testGateway()
    const { open } = await startVault(t, { gateway })
    const session = await open()
    press(session, `${visa}#${keys}`)
    assert.deepEqual(session.view().fields.expiry, { state: 'complete', digits: 4, attemptsLeft: 3 })
    press(session, '123#')
    await session.pay()
    const month = keys.startsWith('9') ? '09' : keys.startsWith('12') ? '12' : '01'
    assert.equal(gateway.asked[0]?.expiry, `${month}30`)
  })
}

for (const keys of ['1220#', '133030#', '1330#', '123#', '12##', '122019#', '12030#', '93#', '00#']) {
  test(`${keys} is one wrong expiry date, and not two`, async (t) => {
    const { open } = await startVault(t)
    const session = await open()
    press(session, `${visa}#${keys}`)
    const refused = { state: 'refused', digits: 0, attemptsLeft: 2, error: 'invalid-date' }
    assert.deepEqual(session.view().fields.expiry, refused)
    press(session, '1230#123#')
    assert.equal(session.view().state, 'confirming')
  })
}

test('1220 waits for the rest of 122030 at whatever pace, and is wrong when nothing comes', async (t) => {
  const { open, clock } = await startVault(t)
  const slow = await open()
  press(slow, `${visa}#`)
  for (const key of '122030') {
    slow.press(key)
    await clock.advance(4_000)
  }
  assert.equal(slow.view().fields.expiry.state, 'complete')
  const stopped = await open()
  press(stopped, `${visa}#1220`)
  assert.equal(stopped.view().fields.expiry.state, 'entering')
  await clock.advance(5_000)
  assert.deepEqual(stopped.view().fields.expiry, {
    state: 'refused',
    digits: 0,
    attemptsLeft: 2,
    error: 'invalid-date',
  })
})

test('silence ends 930, which is whole, and breaks off 93 and 12', async (t) => {
  const { open, clock } = await startVault(t)
  for (const [keys, state] of [
    ['930', 'complete'],
    ['93', 'refused'],
    ['12', 'refused'],
  ] as const) {
    const session = await open()
    press(session, `${visa}#${keys}`)
    await clock.advance(5_000)
    assert.equal(session.view().fields.expiry.state, state, keys)
    assert.equal(session.view().fields.expiry.attemptsLeft, 3, keys)
  }
})

test('a digit too many behind a card number that ended by itself is no expiry date', async (t) => {
  const { open } = await startVault(t)
  const session = await open()
  press(session, `${mastercard}4#`)
  assert.deepEqual(session.view().fields.expiry, { state: 'asked', digits: 0, attemptsLeft: 3 })
  press(session, '1230#123#')
  assert.equal(session.view().state, 'confirming')
})

test('who keys in the next field without a pause or # is heard', async (t) => {
  const { open } = await startVault(t)
  const session = await open()
  press(session, `${mastercard}1230123#`)
  assert.equal(session.view().state, 'confirming')
})

test('what is keyed in on and on behind a wrong card number costs one attempt, up to its #', async (t) => {
  const { open } = await startVault(t)
  const session = await open()
  press(session, `${wrongMastercard}55#`)
  assert.deepEqual(session.view().fields.pan, {
    state: 'refused',
    digits: 0,
    attemptsLeft: 2,
    error: 'invalid-card-number',
  })
  press(session, '5#')
  assert.equal(session.view().fields.pan.attemptsLeft, 1, 'what comes behind its # is an entry')
})

test('a right card number that follows at once on a wrong one is taken', async (t) => {
  const { open } = await startVault(t)
  const session = await open()
  press(session, `${wrongMastercard}${mastercard}#1230#123#`)
  assert.equal(session.view().state, 'confirming')
  assert.equal(session.view().fields.pan.attemptsLeft, 2)
})

test('whatever is wrong in one burst behind an entry that ended by itself costs nothing more', async (t) => {
  const { open } = await startVault(t)
  const dated = await open()
  press(dated, `${visa}#133013301330`)
  assert.equal(dated.view().fields.expiry.attemptsLeft, 2)
  const numbered = await open()
  press(numbered, `${wrongMastercard}${wrongMastercard}`)
  assert.equal(numbered.view().fields.pan.attemptsLeft, 2)
  const coded = await open()
  press(coded, `${visa}#1230#1234512345`)
  assert.equal(coded.view().fields.securityCode.attemptsLeft, 2)
})

test('a few digits behind a refused entry are dropped when the burst is over, and its error is said again', async (t) => {
  const { open, clock } = await startVault(t)
  const session = await open()
  press(session, `${visa}#133030`)
  assert.equal(session.view().fields.expiry.state, 'entering')
  await clock.advance(burstMilliseconds)
  const refused = { state: 'refused', digits: 0, attemptsLeft: 2, error: 'invalid-date' }
  assert.deepEqual(session.view().fields.expiry, refused)
  press(session, '1230')
  assert.equal(session.view().fields.expiry.state, 'complete')
})

test('after the burst a wrong entry costs an attempt again', async (t) => {
  const { open, clock } = await startVault(t)
  const session = await open()
  press(session, `${visa}#1330`)
  await clock.advance(burstMilliseconds + 1)
  press(session, '1330')
  assert.equal(session.view().fields.expiry.attemptsLeft, 1)
})

test('a fifth digit of a security code and its # are one wrong entry', async (t) => {
  const { open } = await startVault(t)
  const session = await open()
  press(session, `${visa}#1230#12345#`)
  assert.equal(session.view().fields.securityCode.attemptsLeft, 2)
  press(session, '#123#')
  assert.equal(session.view().state, 'confirming')
})

test('a fourth digit that comes when silence has just ended a security code pays nothing', async (t) => {
  const { open, clock } = await startVault(t)
  const session = await open()
  press(session, `${visa}#1230#123`)
  await clock.advance(5_000)
  assert.equal(session.view().state, 'confirming')
  assert.equal(session.press('1'), 'ignored')
  await clock.advance(burstMilliseconds + 1)
  assert.equal(session.press('1'), 'taken')
  assert.equal(session.view().state, 'processing')
})

test('a code that is keyed in where none is asked for confirms nothing, at an even pace', async (t) => {
  const { open, clock } = await startVault(t)
  const session = await open({ securityCode: 'never' })
  press(session, `${visa}#1230`)
  for (const key of '1212') {
    await clock.advance(1_000)
    assert.equal(session.press(key), 'ignored')
  }
  assert.equal(session.press('#'), 'ignored')
  assert.equal(session.press('1'), 'taken')
})

test('a # that comes late ends what has ended by itself, and the next key confirms', async (t) => {
  const { open, clock } = await startVault(t)
  const session = await open()
  press(session, `${visa}#1230#123`)
  await clock.advance(5_000)
  assert.equal(session.press('#'), 'ignored')
  assert.equal(session.press('1'), 'taken')
})

test('a slow caller whose entry was broken off and who keys on loses no attempt by it', async (t) => {
  const { open, clock } = await startVault(t)
  const session = await open()
  press(session, '41111111')
  await clock.advance(5_000)
  assert.equal(session.view().fields.pan.error, 'timeout')
  for (const key of '11111111') {
    session.press(key)
    await clock.advance(4_000)
  }
  session.press('#')
  assert.deepEqual(session.view().fields.pan, {
    state: 'refused',
    digits: 0,
    attemptsLeft: 3,
    error: 'timeout',
  })
  press(session, wholeCard)
  assert.equal(session.view().state, 'confirming')
})

test('* clears what is being typed in each field, left over or not, and what follows is an entry', async (t) => {
  const { open } = await startVault(t)
  const session = await open()
  press(session, `41*${mastercard}4*12#*12*1230#12*123#`)
  assert.equal(session.view().state, 'confirming')
  const { pan, expiry, securityCode } = session.view().fields
  assert.deepEqual([pan.attemptsLeft, expiry.attemptsLeft, securityCode.attemptsLeft], [3, 3, 3])
})

test('a doubled # means nothing where each field is needed', async (t) => {
  const { open } = await startVault(t)
  const session = await open()
  press(session, `${visa}##1230##123##`)
  assert.equal(session.view().state, 'confirming')
})

test('keys that follow on the last field at once confirm nothing where it ended by itself', async (t) => {
  const { open, clock } = await startVault(t)
  const session = await open()
  press(session, wholeCard)
  session.ask('expiry')
  press(session, '01311')
  assert.equal(session.view().state, 'confirming')
  await clock.advance(burstMilliseconds + 1)
  session.press('1')
  assert.equal(session.view().state, 'processing')
})
