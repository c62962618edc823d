import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Frame } from 'playwright-core'
import { en } from '../../../../web/src/agent-view/texts/en.ts'
import { assertAccessible } from '../../../test/harness/test-browser.ts'
import type { GatewayAnswer } from '../model/gateway.ts'
import type { OpenSession } from '../model/vault-sessions.ts'
import { approval, press, testGateway, visa } from '../test-vault.ts'
import { dots, focused, says, shoot, startViewBrowser, viewOf } from './test-view-browser.ts'

const { openView } = await startViewBrowser()

/** A key that is seen has come by the stream of events, which is open then. */
async function isFollowed(view: Frame, session: OpenSession): Promise<void> {
  press(session, '4')
  await says(view, en.standing.typing.pan)
}

test('a caller types, the agent watches dots, asks again, takes the payment and reads the result', async (t) => {
  const gateway = Promise.withResolvers<GatewayAnswer>()
  const { page, session, complaints } = await openView(t, {
    gateway: testGateway({ answers: () => gateway.promise }),
  })
  const view = await viewOf(page)
  await says(view, 'Harbour Street Books')
  await says(view, '£12.40')
  await says(view, en.standing.asked.pan)
  await says(view, /^Please key in your card number/)
  assert.ok(await view.getByRole('button', { name: en.takePayment }).isDisabled())

  press(session, '4111')
  await says(view, en.standing.typing.pan)
  await says(view, /^Take your time, I can only see dots/)
  await says(view, 'Visa')
  await dots(view, 'Card number', en.digits(4)).waitFor()
  press(session, '111111111112#')
  await says(view, en.standing.refused['invalid-card-number'])
  await says(view, 'Not a valid card number, 2 attempts left')

  press(session, `${visa}#12`)
  await says(view, en.standing.typing.expiry)
  await dots(view, 'Card number', `${en.digits(16)}, ${en.lastFour('1111')}`).waitFor()
  press(session, '30123#')
  await says(view, en.standing.completeByKeypad)
  await says(
    view,
    'That’s £12.40 to Harbour Street Books on your card ending in 1111. Please press 1 to pay, or 2 to start again.',
  )

  await view.getByRole('button', { name: en.askAgainFor.securityCode }).click()
  await says(view, en.standing.asked.securityCode)
  assert.ok(await view.getByRole('button', { name: en.takePayment }).isDisabled())
  press(session, '321#')
  await view.getByRole('button', { name: en.takePayment }).click()
  await says(view, en.standing.processing)
  assert.equal(await view.getByRole('button').and(view.locator(':enabled')).count(), 0)

  gateway.resolve(approval)
  await view.getByRole('heading', { name: 'Paid' }).waitFor()
  await says(view, 'The payment of £12.40 went through. Thank you.')
  await says(view, 'A1B2C3')
  assert.equal(await view.getByRole('button').count(), 0)
  assert.doesNotMatch(await view.content(), /4111/)
  assert.deepEqual(complaints, [])
})

test('a whole payment by keyboard alone: the focus goes in the order of the page and is never lost', async (t) => {
  const { page, session, complaints } = await openView(t, { flow: { confirmByKeypad: false } })
  const view = await viewOf(page)
  press(session, '4')
  await says(view, en.standing.typing.pan)

  const order: string[] = []
  for (let steps = 0; steps < 7; steps += 1) {
    await page.keyboard.press('Tab')
    order.push(
      String(
        await view.evaluate(
          'document.activeElement.getAttribute("aria-label") ?? document.activeElement.closest("label, button").innerText.split("\\n")[0]',
        ),
      ),
    )
  }
  assert.deepEqual(order, [
    en.askAgainFor.pan,
    en.askFor.expiry,
    en.askFor.securityCode,
    'Cancel',
    'Slow mode',
    en.waitBetweenDigits,
    en.useLink,
  ])

  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('ArrowDown')
  await view.locator('select:focus').waitFor()
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Space')
  await view.locator('[role=switch][aria-checked=true]').waitFor()
  assert.equal(session.view().slowMode, true)
  assert.equal(session.view().interDigitSeconds, 8)

  await view.getByRole('button', { name: en.askFor.securityCode }).focus()
  press(session, '*')
  await page.keyboard.press('Enter')
  await says(view, en.standing.asked.securityCode)
  await view
    .locator(`button:focus[aria-label="${en.askFor.securityCode}"]`)
    .or(view.locator(`button:focus[aria-label="${en.askAgainFor.securityCode}"]`))
    .waitFor()
  await session.slowMode('off')
  press(session, `123#${visa}#1230`)
  await says(view, en.standing.complete)
  await page.keyboard.press('Tab')
  await focused(view, en.takePayment)
  await page.keyboard.press('Enter')
  await view.getByRole('heading', { name: 'Paid' }).waitFor()
  await view.locator('.standing:focus').waitFor()
  assert.deepEqual(complaints, [])
})

test('cancelling asks once more, by keyboard alone', async (t) => {
  const { page } = await openView(t)
  const view = await viewOf(page)
  await view.getByRole('button', { name: 'Cancel' }).focus()
  await page.keyboard.press('Enter')
  await says(view, en.cancelQuestion)
  await focused(view, en.cancelNo)
  await page.keyboard.press('Escape')
  await focused(view, 'Cancel')
  await page.keyboard.press('Enter')
  await focused(view, en.cancelNo)
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Enter')
  await view.getByRole('heading', { name: 'Cancelled' }).waitFor()
})

test('a lost connection is said, and followed again from where the session stands', async (t) => {
  const { page, session, cutStreams, admitStreams } = await openView(t)
  const view = await viewOf(page)
  await isFollowed(view, session)
  cutStreams()
  await says(view, en.connectionLost)
  await assertAccessible(view)
  await shoot(page, 'agent-view-lost-420-light')
  press(session, '#')
  admitStreams()
  await says(view, en.standing.refused['invalid-card-number'])
  await view.getByText(en.connectionLost).waitFor({ state: 'detached' })
})

test('a session that ends while the connection is lost shows how it ended', async (t) => {
  const { page, session, cutStreams, admitStreams } = await openView(t)
  const view = await viewOf(page)
  await isFollowed(view, session)
  cutStreams()
  await says(view, en.connectionLost)
  press(session, `*${visa}#1230123#1`)
  admitStreams()
  await view.getByRole('heading', { name: 'Paid' }).waitFor()
  assert.equal(await view.getByText(en.connectionLost).count(), 0)
})

test('a session that ended too long ago for its last state to be known is said to be over', async (t) => {
  const { page, vault, session, cutStreams, admitStreams } = await openView(t)
  const view = await viewOf(page)
  await isFollowed(view, session)
  cutStreams()
  await says(view, en.connectionLost)
  await session.cancel()
  await vault.clock.advance(121_000)
  admitStreams()
  await says(view, en.sessionGone)
  assert.equal(await view.getByRole('button').count(), 0)
  assert.equal(await view.getByText(/Waiting for/).count(), 0)
  await assertAccessible(view)
  await shoot(page, 'agent-view-gone-420-light')
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every state of the keypad is accessible and fits a panel of 320 pixels, ${colorScheme}`, async (t) => {
    const gateway = Promise.withResolvers<GatewayAnswer>()
    const { page, session } = await openView(t, {
      width: 320,
      context: { colorScheme },
      gateway: testGateway({ answers: () => gateway.promise }),
    })
    const view = await viewOf(page)
    const check = async (state: string) => {
      await assertAccessible(view)
      assert.equal(await view.evaluate('document.documentElement.scrollWidth'), 320)
      await shoot(page, `agent-view-${state}-320-${colorScheme}`)
    }
    await check('asked')
    press(session, '4111111111111112#')
    await says(view, en.attemptsLeft(2))
    await check('refused')
    press(session, `${visa}#12`)
    await says(view, en.standing.typing.expiry)
    await check('typing')
    press(session, '30123#')
    await says(view, en.standing.completeByKeypad)
    await check('confirming')
    await view.getByRole('button', { name: 'Cancel' }).click()
    await check('cancelling')
    await view.getByRole('button', { name: en.cancelNo }).click()
    await view.getByRole('button', { name: en.takePayment }).click()
    await says(view, en.standing.processing)
    await check('processing')
    gateway.resolve(approval)
    await view.getByRole('heading', { name: 'Paid' }).waitFor()
    await check('approved')
  })
}
