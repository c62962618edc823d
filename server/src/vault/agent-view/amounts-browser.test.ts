import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Language, languages } from '@tonegate/protocol/languages'
import type { Page } from 'playwright-core'
import { sharedBrowser } from '../../../test/harness/test-browser.ts'
import { currencies } from '../../base/money/currencies.ts'
import { exponentOf } from '../../base/money/currency-exponent.ts'
import { startVault } from '../test-vault.ts'
import { startVaultSite } from '../test-vault-site.ts'

const browser = await sharedBrowser()

const amountMinor = 123456

const groups: Readonly<Record<Language, string>> = { en: ',', de: '.', pl: ' ' }

/** 123456 of a currency, as its language writes the number: worked out from the decimals of ISO 4217 alone. */
function expectedNumber(currency: string, language: Language): string {
  const exponent = exponentOf(currency)
  const digits = String(amountMinor)
  const units = digits.slice(0, digits.length - exponent)
  const isGrouped = units.length > (language === 'pl' ? 4 : 3)
  const grouped = isGrouped ? `${units.slice(0, -3)}${groups[language]}${units.slice(-3)}` : units
  return exponent === 0 ? grouped : `${grouped}${language === 'en' ? '.' : ','}${digits.slice(-exponent)}`
}

const plain = (text: string | null) => (text ?? '').replace(/[\u00a0\u202f]/g, ' ')

/** Those with three decimals, with none, with four, and such as shops write otherwise than ISO 4217 has it. */
const shownToBoth = ['KWD', 'JPY', 'CLF', 'HUF', 'ISK', 'PLN']

for (const language of languages) {
  test(`a browser shows amounts as the server writes them, to the customer and to the agent (${language})`, async (t) => {
    const vault = await startVault(t)
    const site = await startVaultSite(t, vault)
    const context = await browser.newContext({ locale: language })
    t.after(() => context.close())
    const page = await context.newPage()
    const launch = (currency: string) =>
      vault.launch({}, { order: { amountMinor, currency }, entry: 'link', caller: 'no-call' })

    const all = [...currencies]
    const launches = await Promise.all(all.map(launch))
    await page.goto(site.paymentPage(launches[0] ?? assert.fail()))
    const amounts = await readAmounts(page, launches.map(site.paymentPage))
    for (const [at, currency] of all.entries()) {
      const [amount = '', button = ''] = (amounts[at] ?? []).map(plain)
      assertShows(amount, currency, language)
      assert.ok(button.includes(amount), `${amount} ${button}`)
    }

    for (const currency of shownToBoth) {
      const at = all.indexOf(currency)
      const { accessToken, viewUrl } = launches[at] ?? assert.fail()
      await page.setExtraHTTPHeaders({ 'x-bearer-token': accessToken })
      await page.goto(site.site + new URL(viewUrl).pathname)
      assert.equal(plain(await page.locator('.amount').textContent()), plain(amounts[at]?.[0] ?? ''))
    }
  })
}

/** What each page has as its amount and on its button, as the browser reads it, without drawing it. */
function readAmounts(page: Page, addresses: readonly string[]): Promise<readonly (readonly string[])[]> {
  return page.evaluate(`Promise.all(${JSON.stringify(addresses)}.map(async (address) => {
    const page = new DOMParser().parseFromString(await (await fetch(address)).text(), 'text/html')
    return ['.amount', 'button'].map((part) => page.querySelector(part).textContent)
  }))`)
}

function assertShows(amount: string, currency: string, language: Language): void {
  const number = amount.replace(/[^\d., ]|(?<!\d)[. ]|[. ](?!\d)/gu, '')
  assert.equal(number, expectedNumber(currency, language), amount)
}
