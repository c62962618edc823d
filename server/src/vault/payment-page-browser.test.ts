import assert from 'node:assert/strict'
import { after, type TestContext, test } from 'node:test'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { assertAccessible, startBrowser } from '../base/test-browser.ts'
import { startVault, testGateway, visa } from './test-vault.ts'
import { startVaultSite } from './test-vault-site.ts'

const browser = await startBrowser()
after(() => browser.close())

async function openPage(t: TestContext, options: BrowserContextOptions = {}) {
  const gateway = testGateway()
  const vault = await startVault(t, { gateway })
  const site = await startVaultSite(t, vault)
  const launched = await vault.launch({}, { entry: 'link', caller: 'no-call' })
  const context = await browser.newContext({ viewport: { width: 900, height: 700 }, ...options })
  t.after(() => context.close())
  const page = await context.newPage()
  await page.goto(site.paymentPage(launched))
  return { page, gateway, vault, url: site.paymentPage(launched), capture: vault.find(launched.guid) }
}

async function pay(
  page: Page,
  card: Readonly<Record<'Card number' | 'Expiry date' | 'Security code', string>>,
) {
  for (const [label, text] of Object.entries(card)) await page.getByLabel(label).fill(text)
  await page.getByRole('button', { name: 'Pay £12.40' }).click()
}

const right = { 'Card number': '4111 1111 1111 1111', 'Expiry date': '12/30', 'Security code': '123' }

test('a customer types a wrong card, then the right one, and has paid', async (t) => {
  const { page, gateway, url } = await openPage(t, { javaScriptEnabled: false })
  await pay(page, { ...right, 'Card number': '4111 1111 1111 1112', 'Expiry date': '13/30' })
  await page.getByRole('alert').waitFor()
  assert.match(await page.title(), /^Error: /)
  assert.equal(await page.getByLabel('Card number').inputValue(), '')
  await page.getByText('This is not a card number. Check each digit.').waitFor()
  await page.getByText('This is not a date in the future.').waitFor()
  assert.doesNotMatch(await page.content(), /1112/)
  await pay(page, right)
  await page.getByRole('heading', { name: 'Paid' }).waitFor()
  assert.deepEqual(
    gateway.asked.map(({ pan, expiry, securityCode }) => [pan, expiry, securityCode]),
    [[visa, '1230', '123']],
  )
  await page.goto(url)
  await page.getByRole('heading', { name: 'This link has ended' }).waitFor()
})

test('the agent sees the customer of a link type nothing, and the payment end', async (t) => {
  const { page, capture } = await openPage(t)
  assert.equal(capture.view().fields.pan.digits, 0)
  await pay(page, right)
  await page.getByRole('heading', { name: 'Paid' }).waitFor()
  assert.equal(capture.view().result?.outcome, 'approved')
})

test('another page cannot frame the payment page', async (t) => {
  const { page, url } = await openPage(t)
  await page.setContent(`<iframe src="${url}"></iframe>`)
  await page.waitForFunction('document.querySelector("iframe").contentDocument === null')
  assert.match(page.frames()[1]?.url() ?? '', /^chrome-error:/)
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the payment page is accessible and fits a telephone, ${colorScheme}`, async (t) => {
    const { page, url } = await openPage(t, { colorScheme, viewport: { width: 320, height: 640 } })
    const check = async () => {
      await assertAccessible(page)
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 320)
    }
    await check()
    await pay(page, { ...right, 'Card number': '4111 1111 1111 1112' })
    await page.getByRole('alert').waitFor()
    await check()
    await pay(page, right)
    await page.getByRole('heading', { name: 'Paid' }).waitFor()
    await check()
    await page.goto(url)
    await check()
  })
}
