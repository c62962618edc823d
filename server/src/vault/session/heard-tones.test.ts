import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ViewState } from '@tonegate/protocol/view-state'
import type { GatewayAnswer } from '../model/gateway.ts'
import { approval, press, settle, startVault, testGateway, visa, wholeCard } from '../test-vault.ts'

const card = { pan: visa, expiry: '1230', securityCode: '123' }
const digitsOf = ({ fields }: ViewState) => Object.values(fields).map(({ digits }) => digits)

function secureAnew(session: Parameters<typeof press>[0]): void {
  session.callTrouble('line-lost')
  session.callTrouble('line-secured')
}

for (const [what, keys] of [
  ['half a card number', '411111'],
  ['a complete card number, and half an expiry date', `${visa}#12`],
  ['a whole card that waits for its confirmation', wholeCard],
] as const) {
  test(`tones that others heard leave nothing of ${what}, and no key is taken after them`, async (t) => {
    const { open, attempts } = await startVault(t)
    const session = await open()
    press(session, keys)
    session.callTrouble('in-band-tones')
    const { state, step, keypad, warnings } = session.view()
    assert.deepEqual([state, step, keypad, warnings], ['capturing', null, 'closed', ['in-band-tones']])
    for (const key of '0123456789*#1') assert.equal(session.press(key), 'ignored')
    const after = session.view()
    assert.deepEqual(digitsOf(after), [0, 0, 0])
    assert.deepEqual(
      Object.values(after.fields).map((field) => field.state),
      ['empty', 'empty', 'empty'],
    )
    assert.equal(after.fields.pan.attemptsLeft, 3, 'it costs the caller nothing')
    assert.deepEqual([after.brand, after.last4], [null, null])
    await assert.rejects(session.pay(), { code: 'not-possible-now' })
    assert.deepEqual(await attempts(session.guid), [])
  })
}

test('a security code that the card does not have is asked again too', async (t) => {
  const { open } = await startVault(t)
  const session = await open({ securityCode: 'optional' })
  press(session, `${visa}#1230##`)
  assert.equal(session.view().state, 'confirming')
  session.callTrouble('in-band-tones')
  secureAnew(session)
  press(session, `${visa}#1230`)
  assert.equal(session.view().step, 'security-code')
})

test('what was keyed in before the link took over does not come back with the keypad', async (t) => {
  const { open } = await startVault(t)
  const session = await open()
  press(session, `${visa}#`)
  session.enterBy('link')
  session.callTrouble('in-band-tones')
  secureAnew(session)
  session.enterBy('keypad')
  assert.deepEqual(digitsOf(session.view()), [0, 0, 0])
})

test('while the keypad is closed a field cannot be asked for and the keypad not gone back to, and both say why', async (t) => {
  const { open } = await startVault(t)
  const session = await open()
  session.callTrouble('in-band-tones')
  const why = { code: 'not-possible-now', message: /keypad is closed until the line is secured again/ }
  assert.throws(() => session.ask('pan'), why)
  assert.throws(() => session.enterBy('keypad'), why)
  session.enterBy('link')
  assert.throws(() => session.enterBy('keypad'), why)
  assert.throws(() => session.ask('expiry'), why)
  assert.equal(session.view().entry, 'link')
  await session.cancel()
  assert.equal(session.view().result?.end, 'cancelled')
})

test('the payment page goes on while the keypad is closed', async (t) => {
  const gateway = testGateway()
  const { open, results } = await startVault(t, { gateway })
  const session = await open()
  press(session, '5555')
  session.callTrouble('in-band-tones')
  session.pageOpened()
  session.pageTyped('pan', 16)
  session.callTrouble('in-band-tones')
  assert.deepEqual([session.view().link.typing, digitsOf(session.view())], ['pan', [16, 0, 0]])
  await session.submitCard(card)
  await settle()
  assert.equal(gateway.asked[0]?.pan, visa)
  assert.equal(results[0]?.outcome, 'approved')
})

test('a line that is secured anew opens the keypad, and the card is entered from its beginning', async (t) => {
  const { open, results } = await startVault(t)
  const session = await open()
  press(session, `${visa}#12`)
  session.callTrouble('in-band-tones')
  session.callTrouble('line-lost')
  assert.deepEqual(session.view().warnings, ['line-lost', 'in-band-tones'])
  session.callTrouble('line-secured')
  const { keypad, step, fields, warnings } = session.view()
  assert.deepEqual(
    [keypad, step, fields.pan.state, warnings],
    ['open', 'payment-card-number', 'asked', ['earlier-tones']],
  )
  session.ask('pan')
  press(session, `${wholeCard}1`)
  await settle()
  assert.equal(results[0]?.outcome, 'approved')
})

test('the securing that was under way when tones were heard does not open the keypad, the next one does', async (t) => {
  const { open } = await startVault(t)
  const session = await open()
  session.callTrouble('line-lost')
  session.callTrouble('in-band-tones')
  session.callTrouble('line-secured')
  assert.equal(session.view().keypad, 'closed')
  secureAnew(session)
  assert.equal(session.view().keypad, 'open')
  session.callTrouble('in-band-tones')
  assert.deepEqual([session.view().keypad, session.view().warnings], ['closed', ['in-band-tones']])
})

test('nobody is waited for while no key is taken', async (t) => {
  const { open, clock } = await startVault(t)
  for (const trouble of ['in-band-tones', 'line-lost'] as const) {
    const session = await open()
    session.opened()
    session.callTrouble(trouble)
    await clock.advance(60_000)
    assert.equal(session.view().fields.pan.error, undefined, trouble)
    secureAnew(session)
    await clock.advance(21_000)
    assert.equal(session.view().fields.pan.error, 'timeout', trouble)
  }
})

test('a charge that is under way goes on, and so does what has ended', async (t) => {
  let answer = () => {}
  const gateway = testGateway({
    answers: () =>
      new Promise((resolve) => {
        answer = () => resolve({ status: 'declined', reason: 'insufficient-funds' })
      }),
  })
  const { open, results } = await startVault(t, { gateway })
  const session = await open()
  press(session, `${wholeCard}1`)
  await settle()
  session.callTrouble('in-band-tones')
  const { state, keypad, fields } = session.view()
  assert.deepEqual([state, keypad, fields.pan.digits], ['processing', 'open', 16])
  answer()
  await settle()
  assert.equal(results[0]?.outcome, 'declined')
  const ended = session.view()
  session.callTrouble('in-band-tones')
  assert.deepEqual(session.view(), ended)
})

test('a charge that could not be begun does not leave a card to be charged that was heard meanwhile', async (t) => {
  const gateway = testGateway()
  const { open, failWrites } = await startVault(t, { gateway })
  const session = await open()
  press(session, wholeCard)
  await settle()
  failWrites(1)
  const paying = session.pay()
  session.callTrouble('in-band-tones')
  secureAnew(session)
  await assert.rejects(paying)
  assert.deepEqual([session.view().state, digitsOf(session.view())], ['capturing', [0, 0, 0]])
  await assert.rejects(session.pay(), { code: 'not-possible-now' })
  assert.equal(gateway.asked.length, 0)
})

test('tones that are heard while the process is about to end leave nothing of the card to the next one', async (t) => {
  const answer = Promise.withResolvers<GatewayAnswer>()
  const gateway = testGateway({ answers: () => answer.promise })
  const { open, restart, find, vault } = await startVault(t, { gateway })
  const paying = await open()
  const { guid } = await open()
  press(paying, `${wholeCard}1`)
  press(find(guid), `${visa}#1230`)
  await settle()
  const closing = vault.close()
  find(guid).callTrouble('in-band-tones')
  answer.resolve(approval)
  await closing
  await restart()
  assert.deepEqual([find(guid).view().keypad, digitsOf(find(guid).view())], ['closed', [0, 0, 0]])
})

test('the next process keeps the keypad closed until it has secured the line, and finds nothing of the card', async (t) => {
  const { open, restart, find, row } = await startVault(t)
  const { guid } = await open()
  press(find(guid), `${visa}#1230`)
  await settle()
  assert.ok((await row(guid))?.sealed_fields)
  find(guid).callTrouble('in-band-tones')
  await settle()
  assert.equal((await row(guid))?.sealed_fields, null)
  await restart()
  assert.deepEqual([find(guid).view().keypad, digitsOf(find(guid).view())], ['closed', [0, 0, 0]])
  assert.equal(find(guid).press('4'), 'ignored')
  secureAnew(find(guid))
  await restart()
  const { keypad, warnings, fields } = find(guid).view()
  assert.deepEqual([keypad, warnings, fields.pan.state], ['open', ['earlier-tones'], 'asked'])
})
