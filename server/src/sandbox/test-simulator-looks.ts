import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Language } from '@tonegate/protocol/languages'
import type { Browser } from 'playwright-core'
import { assertAccessible } from '../../test/harness/test-browser.ts'
import { openSimulator } from './test-simulator.ts'

export interface Look {
  /** CSS pixels. */
  readonly width: number
  readonly colorScheme: 'light' | 'dark'
  readonly language: Language
}

/** Where screenshots are put, when somebody wants some. */
const shots = process.env.TONEGATE_SHOTS

/** Tests that the simulator is accessible and fits: before a call, after a payment, and with a link. */
export function testLooks(browser: Browser, { width, colorScheme, language }: Look): void {
  test(`it is accessible and fits: ${language}, ${width} pixels, ${colorScheme}`, async (t) => {
    const { page, complaints } = await openSimulator(t, browser, {
      path: `/sandbox?keyGap=0&language=${language}`,
      viewport: { width, height: 1000 },
      colorScheme,
    })
    const check = async (name: string) => {
      await assertAccessible(page, colorScheme)
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width)
      if (shots === undefined) return
      mkdirSync(shots, { recursive: true })
      const path = join(shots, `simulator-${width}-${colorScheme}-${name}.png`)
      await page.screenshot({ path, fullPage: true })
    }
    await page.locator('.scenarios').waitFor()
    await check('idle')
    await page.locator('.scenarios button').first().click()
    await page.locator('.narration.ended').waitFor()
    await check('paid')
    if (width < 700) await page.locator('.group summary').last().click()
    await page.getByRole('button', { name: '3-D Secure' }).click()
    await page.locator('.message').waitFor()
    await check('link')
    assert.deepEqual(complaints, [])
  })
}
