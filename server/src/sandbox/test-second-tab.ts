import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Language } from '@tonegate/protocol/languages'
import type { Browser } from 'playwright-core'
import { openSimulator } from './test-simulator.ts'

const wordings = {
  en: { offer: 'Play with Billie Agent', said: /on another call/ },
  de: { offer: 'Mit Billie Agent spielen', said: /in einem anderen Anruf/ },
  pl: { offer: 'Wybierz: Billie Agent', said: /inną rozmowę/ },
} as const satisfies Record<Language, unknown>

export function testSecondTab(browser: Browser, language: Language): void {
  const { offer, said } = wordings[language]
  test(`a second tab says that the agent is on another call, and plays with another one: ${language}`, async (t) => {
    const { context, page, origin } = await openSimulator(t, browser, {
      path: `/sandbox?keyGap=0&language=${language}`,
    })
    const byHand = (tab: typeof page) => tab.locator('.own button').click()
    await byHand(page)
    await page.locator('.call.connected').waitFor()
    const second = await context.newPage()
    await second.goto(`${origin}/sandbox?keyGap=0&language=${language}`)
    await byHand(second)
    await second.locator('.narration p').filter({ hasText: said }).waitFor()
    assert.equal(await page.locator('.call.connected').count(), 1, 'the first tab keeps its call')
    await second.getByRole('button', { name: offer }).click()
    await second.locator('.call.connected').waitFor()
    await second.locator('.bar').getByText('agent23456').waitFor()
    assert.equal(await page.locator('.call.connected').count(), 1, 'the first tab keeps its call')
    assert.equal(await second.evaluate('document.documentElement.scrollWidth <= innerWidth'), true)
  })
}
