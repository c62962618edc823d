import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { sharedBrowser } from '../../test/harness/test-browser.ts'
import { startTestTonegate } from '../../test/harness/test-tonegate.ts'
import { checkPage, heading, shoot } from '../vault/payment-page/test-payment-page.ts'

const browser = await sharedBrowser()

const asking = '4000000000003220'

async function open(t: TestContext, options: BrowserContextOptions = {}) {
  const { post, token, lines } = await startTestTonegate(t, { environment: { TONEGATE_REGIONS: 'nam' } })
  const body = { agentId: 'agent1', paymentData: { Amount: '12.40' }, accountConfigurationId: 0 }
  const created = await post('/globalpci/v1/digitalsession', body, {
    authorization: `Bearer ${await token()}`,
  })
  const url: string = created.json.paymentFormUrl
  const context = await browser.newContext({ viewport: { width: 390, height: 760 }, ...options })
  t.after(() => context.close())
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(url)
  return { page, url, lines, complaints }
}

async function pay(page: Page): Promise<void> {
  await page.locator('#cardNumber').fill(asking)
  await page.locator('#expiry').fill('1230')
  await page.locator('#securityCode').fill('123')
  await page.locator('button[type=submit]').click()
}

const bank = (page: Page) => page.frameLocator('iframe[name=bank]')
const asks = 'Your bank needs to verify that it is you'

test('the customer confirms to the bank in its frame, and has paid', async (t) => {
  const { page, url, complaints, lines } = await open(t)
  await pay(page)
  await heading(page, asks)
  await bank(page)
    .getByRole('heading', { name: /Confirm payment of \S*12\.40\?/ })
    .waitFor()
  await checkPage(page, 'challenge')
  await bank(page).getByRole('button', { name: 'Confirm' }).click()
  await heading(page, 'Paid')
  await page.goBack()
  await page.locator('main.approved').waitFor()
  assert.equal(await page.locator('input').count(), 0)
  await page.goto(url)
  await heading(page, 'This has already been paid')
  assert.deepEqual(complaints, [])
  assert.doesNotMatch(lines.join(''), new RegExp(`${asking}|${url.split('/').at(-1)}`))
})

test('the customer refuses at the bank, and has not paid', async (t) => {
  const { page, complaints } = await open(t, { viewport: { width: 320, height: 640 }, colorScheme: 'dark' })
  await pay(page)
  await bank(page).getByRole('button', { name: 'Decline' }).waitFor()
  await checkPage(page, 'challenge-320-dark')
  await bank(page).getByRole('button', { name: 'Decline' }).click()
  await heading(page, 'Your card was declined')
  await page.getByText('Your bank could not confirm that it was you.').waitFor()
  assert.deepEqual(complaints, [])
})

test('a customer who leaves the bank finds its question again, on another phone too', async (t) => {
  const { page, url } = await open(t)
  await pay(page)
  await bank(page).getByRole('button', { name: 'Confirm' }).waitFor()
  await page.goto('about:blank')
  const other = await (await browser.newContext()).newPage()
  t.after(() => other.context().close())
  await other.goto(url)
  await heading(other, asks)
  await page.goto(url)
  await bank(page).getByRole('button', { name: 'Confirm' }).click()
  await heading(page, 'Paid')
  await heading(other, 'Paid')
})

test('without a script the bank has the window, and leads back to the result', async (t) => {
  for (const [decision, end] of [
    ['Confirm', 'Paid'],
    ['Decline', 'Your card was declined'],
  ] as const) {
    const { page } = await open(t, { javaScriptEnabled: false })
    await pay(page)
    await heading(page, asks)
    await shoot(page, 'challenge-without-script')
    await page.getByRole('button', { name: 'Continue to your bank' }).click()
    await page.getByRole('button', { name: decision }).click()
    await page.getByRole('button', { name: 'Back to the payment' }).click()
    await heading(page, end)
  }
})
