import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { currencies } from '../base/currencies.ts'
import { exponentOf } from '../base/currency-exponent.ts'
import { type Language, languages } from '../base/languages.ts'
import { startBrowser } from '../base/test-browser.ts'
import { startVault } from './test-vault.ts'
import { startVaultSite } from './test-vault-site.ts'

const browser = await startBrowser()
after(() => browser.close())

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

/** Where shops write other decimals than ISO 4217 has, or it has not two: what `Intl` alone would write wrongly. */
function isPeculiar(currency: string): boolean {
  const { maximumFractionDigits } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
  }).resolvedOptions()
  return exponentOf(currency) !== 2 || maximumFractionDigits !== 2
}

for (const [index, language] of languages.entries()) {
  test(`a browser shows amounts as the server writes them, to the customer and to the agent (${language})`, async (t) => {
    const vault = await startVault(t)
    const site = await startVaultSite(t, vault)
    const context = await browser.newContext({ locale: language })
    t.after(() => context.close())
    const page = await context.newPage()
    for (const [at, currency] of [...currencies].entries()) {
      const isOurTurn = at % languages.length === index
      if (!isOurTurn && !isPeculiar(currency)) continue
      const order = { amountMinor, currency }
      const number = expectedNumber(currency, language)
      const launched = await vault.launch({}, { order, entry: 'link', caller: 'no-call' })
      await page.goto(site.paymentPage(launched))
      const paid = plain(await page.locator('.amount').textContent())
      assert.equal(paid.replace(/[^\d., ]|(?<!\d)[. ]|[. ](?!\d)/gu, ''), number, paid)
      assert.ok(plain(await page.getByRole('button').textContent()).includes(paid), paid)
      if (!isOurTurn || !isPeculiar(currency)) continue
      await page.setExtraHTTPHeaders({ 'x-bearer-token': launched.accessToken })
      await page.goto(site.site + new URL(launched.viewUrl).pathname)
      assert.equal(plain(await page.locator('.amount').textContent()), paid)
      await page.setExtraHTTPHeaders({})
    }
  })
}
