import assert from 'node:assert/strict'
import { test } from 'node:test'
import { languages } from '@tonegate/protocol/languages'
import type { Page } from 'playwright-core'
import { sharedBrowser } from '../../../test/harness/test-browser.ts'
import type { GatewayAnswer } from '../model/gateway.ts'
import { approval, visa } from '../test-vault.ts'
import {
  checkPage,
  complaintsOf,
  heading,
  openPhone,
  payButton,
  rightCard,
  says,
  startPaymentSite,
  typeCard,
} from './test-payment-page.ts'
import { paymentPageTexts } from './texts/payment-page-texts.ts'

const browser = await sharedBrowser()

const withoutScript = { javaScriptEnabled: false }

/** Fills in the form as a browser without a script does: as it is typed. */
async function pay(page: Page, card: Readonly<Record<string, string>> = rightCard): Promise<void> {
  for (const [label, text] of Object.entries(card)) await page.getByLabel(label).fill(text)
  await payButton(page).click()
}

test('without a script a customer types a wrong card, then the right one, and has paid', async (t) => {
  const { url, gateway } = await startPaymentSite(t)
  const page = await openPhone(t, browser, withoutScript)
  await page.goto(url)
  await pay(page, { ...rightCard, 'Card number': '4111 1111 1111 1112', 'Expiry date': '13/30' })
  await page.getByText('Please check your card').waitFor()
  assert.match(await page.title(), /^Error: /)
  assert.equal(await page.getByLabel('Card number').inputValue(), '')
  await says(page, 'This card number is not valid. Please check each digit.')
  await says(page, 'This card has expired, or the date is not valid. Please check month and year.')
  assert.doesNotMatch(await page.content(), /1112/)
  await pay(page)
  await heading(page, 'Paid')
  assert.deepEqual(
    gateway.asked.map(({ pan, expiry, securityCode }) => [pan, expiry, securityCode]),
    [[visa, '1230', '123']],
  )
  await page.reload()
  await heading(page, 'Paid')
  await page.goto(url)
  await heading(page, 'This has already been paid')
  assert.equal(gateway.asked.length, 1)
})

test('without a script Back after paying shows the result, and a double press pays once', async (t) => {
  const gateway = Promise.withResolvers<GatewayAnswer>()
  const { url, site, gateway: asked } = await startPaymentSite(t, { answer: () => gateway.promise })
  const page = await openPhone(t, browser, withoutScript)
  await page.goto(site.desktop)
  await page.goto(url)
  for (const [label, text] of Object.entries(rightCard)) await page.getByLabel(label).fill(text)
  await payButton(page).dblclick({ noWaitAfter: true })
  setTimeout(() => gateway.resolve(approval), 50)
  await heading(page, 'Paid')
  assert.equal(asked.asked.length, 1)
  await page.goBack()
  await heading(page, 'This has already been paid')
  assert.doesNotMatch(await page.content(), /<input|4111/)
})

test('without a script a lost network pays nothing, and the link leads on', async (t) => {
  const { url, gateway } = await startPaymentSite(t)
  const page = await openPhone(t, browser, withoutScript)
  await page.goto(url)
  await page.context().setOffline(true)
  await pay(page)
  await page.waitForURL(/^chrome-error:/)
  assert.equal(gateway.asked.length, 0)
  await page.context().setOffline(false)
  await page.goto(url)
  await pay(page)
  await heading(page, 'Paid')
  assert.equal(gateway.asked.length, 1)
})

test('without a script a payment that takes long shows its end by itself', async (t) => {
  const gateway = Promise.withResolvers<GatewayAnswer>()
  const { url, session } = await startPaymentSite(t, { answer: () => gateway.promise })
  const [first, second] = [await openPhone(t, browser), await openPhone(t, browser, withoutScript)]
  await first.goto(url)
  await typeCard(first)
  await payButton(first).click()
  await first.getByRole('button', { name: 'Paying' }).waitFor()
  assert.equal(session.view().state, 'processing')
  const answer = await second.request.get(url)
  assert.match(await answer.text(), /Your payment is being processed/)
  await second.goto(url, { waitUntil: 'commit' })
  gateway.resolve({ status: 'error', gatewayCode: '96' })
  await heading(second, 'The payment did not go through')
})

test('another page cannot frame the payment page', async (t) => {
  const { url } = await startPaymentSite(t)
  const page = await openPhone(t, browser)
  await page.goto(url)
  await page.setContent(`<iframe src="${url}"></iframe>`)
  await page.waitForFunction('document.querySelector("iframe").contentDocument === null')
  assert.match(page.frames()[1]?.url() ?? '', /^chrome-error:/)
})

const payButtons = { en: 'Pay £12.40', de: /^12,40\s£ zahlen$/, pl: /^Zapłać 12,40\sGBP$/ } as const

const sizes = {
  en: { colorScheme: 'light', viewport: { width: 1200, height: 800 } },
  de: { colorScheme: 'dark', viewport: { width: 320, height: 640 } },
  pl: { colorScheme: 'light', viewport: { width: 320, height: 640 } },
} as const

for (const language of ['en', 'de', 'pl'] as const) {
  const { fieldErrors, outcomes, paidAlready } = paymentPageTexts[language]
  const { colorScheme, viewport } = sizes[language]
  test(`all of a payment is in the customer's language and accessible: ${language}, ${colorScheme}, ${viewport.width} pixels`, async (t) => {
    const { url } = await startPaymentSite(t)
    const page = await openPhone(t, browser, { ...sizes[language], locale: language })
    const complaints = complaintsOf(page)
    const shown = (name: string) => checkPage(page, `${name}-${language}`)
    await page.goto(url)
    assert.equal(await page.locator('html').getAttribute('lang'), language)
    await shown('form')
    await page.locator('#cardNumber').pressSequentially('4111111111111112')
    await page.locator('#expiry').pressSequentially('0120')
    await page.locator('#securityCode').pressSequentially('12')
    const button = page.getByRole('button', { name: payButtons[language] })
    await button.click()
    await says(page, fieldErrors['invalid-card-number'])
    await shown('wrong')
    await page.locator('#cardNumber').fill('4111111111111111')
    await page.locator('#expiry').fill('1230')
    await page.locator('#securityCode').fill('123')
    await button.click()
    await heading(page, outcomes.approved.heading)
    await shown('paid')
    await page.goto(url)
    await heading(page, paidAlready.heading)
    await page.goto(`${url}x`)
    await page.locator('main.message').waitFor()
    await shown('unknown-link')
    assert.deepEqual(
      complaints.filter((text) => !text.includes('404')),
      [],
    )
  })
}

test('fields side by side stand on one line, whatever their labels take', async (t) => {
  const { url } = await startPaymentSite(t)
  for (const locale of languages) {
    const page = await openPhone(t, browser, { locale })
    await page.goto(url)
    const [expiry, code] = await Promise.all(
      ['#expiry', '#securityCode'].map((field) => page.locator(field).boundingBox()),
    )
    assert.equal(expiry?.y, code?.y, locale)
    assert.ok(expiry && code && expiry.x + expiry.width < code.x, locale)
  }
})

test('amount and merchant stay in sight above the keyboard of a telephone, upright and on its side', async (t) => {
  const { url } = await startPaymentSite(t)
  for (const viewport of [
    { width: 390, height: 300 },
    { width: 740, height: 200 },
    { width: 320, height: 240 },
  ]) {
    const page = await openPhone(t, browser, { viewport })
    await page.goto(url)
    for (const label of ['Card number', 'Expiry date', 'Security code']) {
      const field = page.getByLabel(label)
      await field.focus()
      await field.pressSequentially('12')
      await checkPage(page, `keyboard-${viewport.width}-${label.split(' ')[0]?.toLowerCase()}`)
      for (const text of ['Pay Harbour Street Books', '£12.40']) {
        const box = await page.locator('.order').getByText(text, { exact: true }).boundingBox()
        assert.ok(box && box.y >= 0 && box.y + box.height <= viewport.height / 2, `${text} at ${label}`)
      }
      const [order, input] = [await page.locator('.order').boundingBox(), await field.boundingBox()]
      assert.ok(order && input && input.y >= order.y + order.height, `${label} is under the order`)
      assert.ok(input.y + input.height <= viewport.height, `${label} is in sight`)
    }
  }
})

test('each end of a session has its page', async (t) => {
  const page = await openPhone(t, browser, { colorScheme: 'dark' })
  const open = (launch: Parameters<typeof startPaymentSite>[1] = {}) => startPaymentSite(t, launch)
  const paid = async (answer: GatewayAnswer) => {
    const { url, session } = await open({ answer: async () => answer })
    await session.submitCard({ pan: visa, expiry: '1230', securityCode: '123' })
    return url
  }
  const gatewayReference = 'reference-1'
  const ends: readonly (readonly [string, string])[] = [
    [await paid({ status: 'review', gatewayReference, captured: true }), 'Your payment is under review'],
    [await paid({ status: 'declined', reason: 'expired-card' }), 'Your card was declined'],
    [await paid({ status: 'error', gatewayCode: '96' }), 'The payment did not go through'],
  ]
  const cancelled = await open()
  await cancelled.session.cancel()
  const late = await open({ flow: { idleSeconds: 60 } })
  await late.vault.clock.advance(61_000)
  const silent = await open({ answer: () => new Promise(() => {}) })
  void silent.session.submitCard({ pan: visa, expiry: '1230', securityCode: '123' })
  await silent.vault.clock.advance(31_000)
  const wrong = await open({ flow: { attempts: 1 } })
  await wrong.session.submitCard({ pan: '4', expiry: '1', securityCode: '1' })
  const nothing = { amountMinor: 0, currency: 'GBP' }
  const free = await open({ flow: { purpose: 'verify' }, launch: { order: nothing } })
  await free.session.submitCard({ pan: visa, expiry: '1230', securityCode: '123' })
  for (const [url, title] of [
    ...ends,
    [cancelled.url, 'The payment was cancelled'],
    [late.url, 'This link has expired'],
    [silent.url, 'We do not know the result yet'],
    [wrong.url, 'Too many attempts'],
    [free.url, 'This card has already been verified'],
  ] as const) {
    await page.goto(url)
    await heading(page, title)
    await checkPage(page, `end-${title.toLowerCase().replaceAll(' ', '-')}`)
  }
})

test('a link that a newer one has replaced says so, and the newer one leads to the form', async (t) => {
  const { url, session, site } = await startPaymentSite(t, { linkSenders: { sms: { send: async () => {} } } })
  await session.sendLink({ channel: 'sms', to: '+48500000000' })
  const newer = await session.sendLink({ channel: 'sms', to: '+48500000001' })
  const page = await openPhone(t, browser)
  await page.goto(url)
  await heading(page, 'There is a newer link')
  await checkPage(page, 'newer-link')
  await page.goto(site.site + new URL(newer).pathname)
  await payButton(page).waitFor()
})
