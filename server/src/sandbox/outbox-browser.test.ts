import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { languages } from '@tonegate/protocol/languages'
import type { BrowserContextOptions } from 'playwright-core'
import { assertAccessible, sharedBrowser } from '../../test/harness/test-browser.ts'
import { startTestTonegate } from '../../test/harness/test-tonegate.ts'
import { linkMail } from '../vault/links/link-message.ts'
import { message } from '../vault/links/test-messages.ts'

const browser = await sharedBrowser()

const narrow = { width: 320, height: 640 }
const paymentData = { Amount: '12.40', Currency: 'GBP', CustomerPhoneNumber: '+48500000000' }

async function newPage(t: TestContext, options: BrowserContextOptions) {
  const context = await browser.newContext(options)
  t.after(() => context.close())
  return context.newPage()
}

test('whoever tries the sandbox finds the link and opens the payment page by it', async (t) => {
  const { origin, post, token } = await startTestTonegate(t, { environment: { TONEGATE_REGIONS: 'nam' } })
  const headers = { authorization: `Bearer ${await token()}` }
  const body = { agentId: 'agent12345', paymentData }
  const { sessionGuid } = (await post('/globalpci/v1/digitalsession', body, headers)).json
  const page = await newPage(t, { locale: 'en-GB' })
  await page.goto(`${origin}/sandbox/outbox`)
  await page.getByText('No link has been sent yet.').waitFor()

  await post(`/globalpci/v1/digitalsession/${sessionGuid}/resend`, {}, headers)
  await post(`/globalpci/v1/digitalsession/${sessionGuid}/resend`, { to: 'john@example.com' }, headers)
  await page.getByRole('link', { name: 'Refresh' }).click()
  await page.getByRole('heading', { name: 'Email to john@example.com' }).waitFor()
  await page.getByRole('heading', { name: 'Text message to +48500000000' }).waitFor()
  for (const colorScheme of ['light', 'dark'] as const) {
    const phone = await newPage(t, { locale: 'de', colorScheme, viewport: narrow })
    await phone.goto(`${origin}/sandbox/outbox`)
    await assertAccessible(phone)
    assert.equal(await phone.evaluate('document.documentElement.scrollWidth'), narrow.width)
  }

  const opened = page.waitForEvent('popup')
  await page.getByRole('link', { name: 'Open the payment page' }).first().click()
  await (await opened).getByRole('button', { name: 'Pay £12.40' }).waitFor()
})

for (const language of languages) {
  test(`the e-mail of a link is accessible, fits a telephone and asks nobody for anything: ${language}`, async (t) => {
    const page = await newPage(t, { viewport: narrow })
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    const longName = 'Donaudampfschifffahrtsgesellschaftskapitänswitwenverein & Co.'
    await page.setContent(linkMail({ ...message, language, merchantName: longName }, 'Europe/Berlin').html)
    await assertAccessible(page)
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), narrow.width)
    assert.deepEqual(asked, [])
  })
}
