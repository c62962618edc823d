import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GatewayAnswer } from '../model/gateway.ts'
import { approval, press, settle, startVault, testGateway, visa, wholeCard } from '../test-vault.ts'

test('an open session comes back with its card number, attempts and settings', async (t) => {
  const gateway = testGateway()
  const { open, restart, find, begun, results } = await startVault(t, { gateway })
  const { guid, launch } = await open()
  const session = find(guid)
  session.slowMode('on')
  press(session, '12#')
  session.slowMode('off')
  press(session, `${visa}#12`)
  session.callEnded()
  const { endsAt } = session.view()
  await restart()
  const again = find(guid)
  const view = again.view()
  assert.deepEqual(view.fields.pan, { state: 'complete', digits: 16, attemptsLeft: 2 })
  assert.equal(view.fields.expiry.state, 'asked')
  assert.equal(view.fields.expiry.digits, 0)
  assert.equal(view.caller, 'hung-up')
  assert.equal(view.slowMode, false)
  assert.equal(view.last4, '1111')
  assert.equal(view.endsAt, endsAt)
  assert.deepEqual(again.launch, launch)
  press(again, '1230#123#1')
  await settle()
  assert.equal(gateway.asked[0]?.pan, visa)
  assert.equal(results[0]?.outcome, 'approved')
  assert.deepEqual(begun, [guid], 'progress is not reported a second time')
})

test('what was cleared does not come back', async (t) => {
  const { open, restart, find, row } = await startVault(t)
  const { guid } = await open()
  press(find(guid), '41111111')
  find(guid).callEnded()
  await settle()
  assert.equal((await row(guid))?.sealed_fields, null, 'half a card number is not kept')
  press(find(guid), `*${visa}#1230`)
  await settle()
  assert.ok((await row(guid))?.sealed_fields)
  find(guid).ask('expiry')
  find(guid).ask('pan')
  await settle()
  assert.equal((await row(guid))?.sealed_fields, null)
  await restart()
  const { pan, expiry } = find(guid).view().fields
  assert.deepEqual([pan.state, expiry.state], ['asked', 'empty'])
})

test('a session whose lifetime ran out while nobody was there expires at the start', async (t) => {
  const { open, restart, clock, results, vault } = await startVault(t)
  const { guid } = await open({ idleSeconds: 9_000 })
  await vault.close()
  await clock.advance(2 * 3_600_000)
  await restart()
  await clock.advance(1_000)
  assert.deepEqual(results, [{ guid, end: 'expired', outcome: 'failed' }])
})

test('windows have refresh tokens of their own, which survive a restart; with too many the oldest goes', async (t) => {
  const vault = await startVault(t)
  const { guid, refreshToken } = await vault.launch()
  const windows: string[] = []
  for (let count = 0; count < 8; count += 1) windows.push(await vault.find(guid).addRefreshToken())
  await vault.restart()
  assert.equal(await vault.find(guid).renew(refreshToken), undefined)
  for (const token of windows) assert.match((await vault.find(guid).renew(token)) ?? '', /^[0-9a-f]{32}$/)
})

test('refresh tokens survive a restart, and each is good once', async (t) => {
  const { launch, find, restart } = await startVault(t)
  const { guid, refreshToken } = await launch()
  assert.match(refreshToken, /^[0-9a-f]{32}$/)
  assert.equal(await find(guid).renew('f'.repeat(32)), undefined)
  assert.equal(await find(guid).renew(''), undefined)
  const second = await find(guid).renew(refreshToken)
  assert.match(second ?? '', /^[0-9a-f]{32}$/)
  assert.equal(await find(guid).renew(refreshToken), undefined)
  await restart()
  assert.equal(await find(guid).renew(refreshToken), undefined)
  const [one, two] = await Promise.all([find(guid).renew(second ?? ''), find(guid).renew(second ?? '')])
  assert.ok(one)
  assert.equal(two, undefined)
})

test('closing waits for the charge under way and leaves open sessions to the next process', async (t) => {
  let answer = (_: GatewayAnswer) => {}
  const gateway = testGateway({ answers: () => new Promise((resolve) => (answer = resolve)) })
  const { open, vault, results, find, restart, launch } = await startVault(t, { gateway })
  const paying = await open()
  const typing = await open()
  const asleep = (await launch()).guid
  press(paying, `${wholeCard}1`)
  press(typing, `${visa}#`)
  await settle()
  let closed = false
  const closing = vault.close().then(() => {
    closed = true
  })
  await settle()
  assert.equal(closed, false)
  assert.equal(typing.press('1'), 'ignored')
  await assert.rejects(launch(), { code: 'provider-unavailable' })
  await assert.rejects(typing.cancel(), { code: 'provider-unavailable' })
  assert.equal(find(asleep).press('1'), 'ignored')
  answer(approval)
  await closing
  assert.deepEqual(
    results.map(({ guid, outcome }) => [guid, outcome]),
    [[paying.guid, 'approved']],
  )
  await restart()
  assert.equal(find(typing.guid).view().fields.pan.state, 'complete')
})

test('closing waits no longer than the gateway may take', async (t) => {
  const gateway = testGateway({ answers: () => new Promise(() => {}) })
  const { open, vault, results, clock } = await startVault(t, { gateway })
  press(await open(), `${wholeCard}1`)
  await settle()
  const closing = vault.close()
  await clock.advance(30_000)
  await closing
  assert.equal(results[0]?.outcome, 'unknown')
  assert.equal(gateway.asked[0]?.request.signal.aborted, true)
})

test('sessions that ended 90 days ago are removed, with their charges', async (t) => {
  const { open, clock, row, attempts } = await startVault(t)
  const paid = await open()
  press(paid, wholeCard)
  await paid.pay()
  await clock.leap(89 * 24 * 3_600_000)
  assert.ok(await row(paid.guid))
  const later = await open()
  await later.cancel()
  await clock.leap(25 * 3_600_000)
  assert.equal(await row(paid.guid), undefined)
  assert.deepEqual(await attempts(paid.guid), [])
  assert.ok(await row(later.guid))
})

test('a session that ended 90 days ago in the very moment of a sweep goes with the next', async (t) => {
  const { open, clock, row } = await startVault(t)
  const { guid } = await open()
  const ended = open().then((session) => session.cancel().then(() => session.guid))
  await settle()
  const goes = await ended
  assert.equal((await row(goes))?.state, 'ended')
  await clock.leap(90 * 24 * 3_600_000)
  await settle()
  assert.ok(await row(goes))
  await clock.leap(3_600_000)
  await settle()
  assert.equal(await row(goes), undefined)
  assert.ok(await row(guid), 'one that ended later stays')
})

test('a flow with a gateway that is not there is refused', async (t) => {
  const { launch } = await startVault(t)
  for (const gateway of ['elsewhere', 'constructor', '__proto__']) {
    await assert.rejects(launch({ gateway }), { code: 'provider-refused' })
  }
})

test('what a launch hands out leads to the session, and only its hashes are kept', async (t) => {
  const { launch, vault, find, row } = await startVault(t)
  const { guid, viewUrl, accessToken, refreshToken, paymentFormUrl } = await launch()
  assert.equal(viewUrl, `https://nam.pay.example.com/session/7/view/${guid}/framed`)
  assert.equal(vault.viewTokens.verify(accessToken), guid)
  const [, secret] =
    new RegExp(`^https://nam\\.pay\\.example\\.com/pay/${guid}/([\\w-]{22})$`).exec(paymentFormUrl) ?? []
  assert.ok(secret)
  const stored = { ...(await row(guid)) }
  const text = JSON.stringify(stored)
  assert.ok(!text.includes(secret) && !text.includes(refreshToken))
  assert.equal(find(guid).admits(secret), 'current')
  assert.equal(find(guid).admits(`${secret}x`), 'no')
})
