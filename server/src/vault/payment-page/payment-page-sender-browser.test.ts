import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sharedBrowser } from '../../../test/harness/test-browser.ts'
import { heading, openPhone, startPaymentSite } from './test-payment-page.ts'

const browser = await sharedBrowser()

for (const [what, javaScriptEnabled] of [
  ['by its script', true],
  ['by what every request tells', false],
] as const) {
  test(`the gateway hears of the browser that the card was typed into, ${what}`, async (t) => {
    const { url, gateway } = await startPaymentSite(t)
    const page = await openPhone(t, browser, {
      ...{ javaScriptEnabled, locale: 'pl-PL', timezoneId: 'Asia/Kolkata', userAgent: 'A telephone/1.0' },
      screen: { width: 400, height: 800 },
    })
    await page.goto(url)
    for (const [label, text] of [
      ['Numer karty', '4111 1111 1111 1111'],
      ['Data ważności', '12/30'],
      ['Kod CVC/CVV', '123'],
    ] as const) {
      await page.getByLabel(label).fill(text)
    }
    await page.locator('button').click()
    await heading(page, 'Zapłacono')
    const { browser: told, clientAddress } = gateway.asked[0]?.request ?? {}
    const { acceptHeader, colorDepth, ...more } = told ?? { javaScriptEnabled: undefined }
    assert.match(acceptHeader ?? '', /^text\/html,/)
    assert.equal(clientAddress, '127.0.0.1')
    if (!javaScriptEnabled) {
      assert.deepEqual(more, { javaScriptEnabled, userAgent: 'A telephone/1.0', language: 'pl-PL' })
      return
    }
    assert.equal(colorDepth, 24)
    assert.deepEqual(more, {
      ...{ javaScriptEnabled, userAgent: 'A telephone/1.0', language: 'pl-PL', javaEnabled: false },
      ...{ screenWidth: 400, screenHeight: 800, timeZoneOffset: -330 },
    })
  })
}
