import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { english } from '../../../../web/src/simulator/texts-en.ts'
import { assertAccessible, sharedBrowser } from '../../../test/harness/test-browser.ts'
import { systemClock } from '../../base/clock.ts'
import { openSimulator } from '../test-simulator.ts'
import { createSandboxClock } from '../time/sandbox-clock.ts'

const browser = await sharedBrowser()
const { requests: texts, documentation } = english
/** Where screenshots are put, when somebody wants some. */
const shots = process.env.TONEGATE_SHOTS

for (const { width, colorScheme } of [
  { width: 1440, colorScheme: 'light' },
  { width: 390, colorScheme: 'dark' },
] as const) {
  test(`the simulator lists the requests of every program: ${width} pixels, ${colorScheme}`, async (t) => {
    const { page, send, post, token, complaints } = await openSimulator(t, browser, {
      clock: createSandboxClock(systemClock),
      viewport: { width, height: 1000 },
      colorScheme,
    })
    assert.equal(await page.getByRole('link', { name: documentation }).getAttribute('href'), '/docs/')
    await page.getByRole('heading', { name: texts.heading }).click()
    await page.getByText(texts.idle).waitFor()
    const headers = { authorization: `Bearer ${await token()}` }
    await post('/globalpci/v1/session', { agentId: 'agent7' }, headers)
    await send('/globalpci/v1/sessions')
    await post('/sandbox/faults', { kind: '429' })
    await send('/globalpci/v1/sessions', { headers })
    await post('/sandbox/scenarios/approved', {})
    const entry = (code: string) => page.locator('.requests li', { hasText: code })
    await entry('quota-exceeded').getByText(texts.armed('429')).waitFor()
    await page.getByText(texts.played).first().waitFor()
    await assertAccessible(page, colorScheme)
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width)
    if (shots !== undefined) {
      mkdirSync(shots, { recursive: true })
      await page.screenshot({ path: join(shots, `requests-${width}-${colorScheme}.png`), fullPage: true })
    }
    await page.getByRole('button', { name: texts.refused, exact: true }).click()
    await page.getByText(texts.played).first().waitFor({ state: 'detached' })
    assert.equal(await page.locator('.requests li').count(), 3)
    const [help] = await Promise.all([
      page.context().waitForEvent('page'),
      entry('unauthorized').getByRole('link', { name: texts.whatToDo }).click(),
    ])
    await help.waitForLoadState()
    assert.match(help.url(), /\/globalpci\/errors#unauthorized$/)
    assert.ok(await help.locator('#unauthorized').isVisible())
    assert.deepEqual(complaints, [])
  })
}
