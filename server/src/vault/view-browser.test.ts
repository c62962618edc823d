import assert from 'node:assert/strict'
import { after, type TestContext, test } from 'node:test'
import type { Frame, Page } from 'playwright-core'
import { assertAccessible, startBrowser } from '../base/test-browser.ts'
import type { GatewayAnswer } from './gateway.ts'
import type { Flow } from './launch.ts'
import { approval, press, startVault, testGateway, visa } from './test-vault.ts'
import { startVaultSite } from './test-vault-site.ts'

const browser = await startBrowser()
after(() => browser.close())

async function openView(
  t: TestContext,
  {
    flow = {},
    answer = async () => approval,
    ...options
  }: {
    readonly flow?: Partial<Flow>
    readonly answer?: () => Promise<GatewayAnswer>
    readonly width?: number
    readonly colorScheme?: 'light' | 'dark'
  } = {},
) {
  const vault = await startVault(t, { gateway: testGateway({ answers: answer }) })
  const site = await startVaultSite(t, vault)
  const launched = await vault.launch({ frameAncestors: [site.desktop], ...flow })
  site.showOnDesktop(launched)
  const context = await browser.newContext({
    viewport: { width: options.width ?? 420, height: 700 },
    colorScheme: options.colorScheme ?? 'light',
  })
  t.after(() => context.close())
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(site.desktop)
  return { ...site, vault, page, complaints, launched, capture: vault.find(launched.guid) }
}

async function viewOf(page: Page): Promise<Frame> {
  const frame = page.frame('payment')
  assert.ok(frame)
  await frame.getByRole('heading', { name: 'Card number' }).waitFor()
  return frame
}

const says = (frame: Frame, text: string | RegExp) => frame.getByText(text).first().waitFor()
const dots = (frame: Frame, field: string) =>
  frame.getByRole('listitem').filter({ hasText: field }).getByRole('img')

test('a caller types, the agent watches dots, asks again, takes the payment and reads the result', async (t) => {
  const gateway = Promise.withResolvers<GatewayAnswer>()
  const { page, capture, complaints } = await openView(t, { answer: () => gateway.promise })
  const view = await viewOf(page)
  await says(view, 'Harbour Street Books')
  await says(view, '£12.40')
  await says(view, 'Ask the caller to type the card number, then the # key.')
  assert.ok(await view.getByRole('button', { name: 'Take payment' }).isDisabled())

  press(capture, '4111')
  await says(view, 'The caller is typing the card number.')
  await says(view, 'Visa')
  assert.equal(await dots(view, 'Card number').getAttribute('aria-label'), '4 digits typed')
  press(capture, '111111111112#')
  await says(view, 'That is not a card number. Ask the caller to type it once more, slowly.')
  await says(view, 'Not a valid card number, 2 attempts left')

  press(capture, `${visa}#12`)
  await says(view, 'The caller is typing the expiry date.')
  assert.equal(await dots(view, 'Card number').getAttribute('aria-label'), '16 digits typed, ends in 1111')
  press(capture, '30123#')
  await says(
    view,
    'The card is complete. Say the amount: the caller presses 1 to pay, or you take the payment.',
  )

  await view.getByRole('button', { name: 'Ask again for the security code' }).click()
  await says(view, 'Ask for the security code, then the # key.')
  assert.ok(await view.getByRole('button', { name: 'Take payment' }).isDisabled())
  press(capture, '321#')
  await view.getByRole('button', { name: 'Take payment' }).click()
  await says(view, 'The bank has been asked. Please wait for its answer.')
  assert.equal(
    await view
      .getByRole('button', { name: /Ask|Cancel/ })
      .and(view.locator(':enabled'))
      .count(),
    0,
  )

  gateway.resolve(approval)
  await view.getByRole('heading', { name: 'Paid' }).waitFor()
  await says(view, 'A1B2C3')
  assert.equal(await view.getByRole('button').count(), 0)
  assert.doesNotMatch(await view.content(), /4111/)
  assert.deepEqual(complaints, [])
})

test('slow mode is switched, and cancelling asks once more, by keyboard alone', async (t) => {
  const { page, capture, complaints } = await openView(t)
  const view = await viewOf(page)
  const focused = (name: string) => view.locator('button:focus', { hasText: name }).waitFor()
  const slowMode = view.getByRole('switch', { name: 'Slow mode' })
  await slowMode.focus()
  await page.keyboard.press('Space')
  await view.locator('[role=switch][aria-checked=true]').waitFor()
  assert.equal(capture.view().slowMode, true)

  await page.keyboard.press('Tab')
  await focused('Cancel')
  await page.keyboard.press('Enter')
  await says(view, 'Cancel this payment?')
  await focused('No, go on')
  await page.keyboard.press('Escape')
  await focused('Cancel')
  await page.keyboard.press('Enter')
  await focused('No, go on')
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Enter')
  await view.getByRole('heading', { name: 'Cancelled' }).waitFor()
  assert.deepEqual(complaints, [])
})

test('a lost connection is said, and followed again from where the session stands', async (t) => {
  const { page, capture, breakConnections } = await openView(t)
  const view = await viewOf(page)
  await page.route('**/events', (route) => route.abort())
  breakConnections()
  await says(view, 'The connection is lost. Trying again…')
  press(capture, '4111')
  await page.unroute('**/events')
  await says(view, 'The caller is typing the card number.')
  await view.getByText('The connection is lost').waitFor({ state: 'detached' })
})

test('a token that has run out is renewed for the button that finds it so', async (t) => {
  const { page, vault, capture } = await openView(t)
  const view = await viewOf(page)
  await vault.clock.advance(301_000)
  press(capture, '4')
  await says(view, 'The caller is typing the card number.')
  await view.getByRole('button', { name: 'Ask again for the card number' }).click()
  await says(view, 'Ask the caller to type the card number, then the # key.')
})

test('a session that is over refuses to be framed', async (t) => {
  const { page, capture, desktop } = await openView(t)
  await viewOf(page)
  await capture.cancel()
  await page.goto(desktop)
  await page.waitForFunction('document.querySelector("iframe").contentDocument === null')
  assert.match(page.frame('payment')?.url() ?? '', /^chrome-error:/)
})

test('an origin that the flow does not name cannot frame the view', async (t) => {
  const { page } = await openView(t, { flow: { frameAncestors: ['https://elsewhere.example'] } })
  await page.waitForFunction('document.querySelector("iframe").contentDocument === null')
  assert.match(page.frame('payment')?.url() ?? '', /^chrome-error:/)
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the view is accessible and fits a panel of 320 pixels, ${colorScheme}`, async (t) => {
    const { page, capture } = await openView(t, { colorScheme, width: 320 })
    const view = await viewOf(page)
    const check = async () => {
      await assertAccessible(view)
      assert.equal(await view.evaluate('document.documentElement.scrollWidth'), 320)
    }
    press(capture, '4111111111111112#')
    await says(view, /2 attempts left/)
    await check()
    press(capture, `${visa}#12`)
    await says(view, 'The caller is typing the expiry date.')
    capture.callerHungUp()
    await says(view, 'The caller has hung up.')
    await check()
    press(capture, '30123#')
    await says(view, /The card is complete/)
    await view.getByRole('button', { name: 'Cancel' }).click()
    await check()
    await view.getByRole('button', { name: 'No, go on' }).click()
    await view.getByRole('button', { name: 'Take payment' }).click()
    await view.getByRole('heading', { name: 'Paid' }).waitFor()
    await check()
  })
}
