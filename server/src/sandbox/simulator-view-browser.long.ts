import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { en } from '../../../web/src/agent-view/texts/en.ts'
import { english } from '../../../web/src/simulator/texts-en.ts'
import { sharedBrowser } from '../../test/harness/test-browser.ts'
import { openSimulator } from './test-simulator.ts'

const browser = await sharedBrowser()
const { scenarios, declineReasons, lines, telephone } = english

/** Of milliseconds, and less than a sentence stands. */
const step = 50
const slowly = { path: `/sandbox?keyGap=${2 * step}` }

/**
 * Lets time pass in the page until it says something, and no further: what is there then stays. It passes no faster than
 * outside, where the server tells doubled tones by it.
 */
async function passUntil(page: Page, text: string): Promise<void> {
  const said = page.locator('.narration p').filter({ hasText: text })
  while (!(await said.isVisible())) {
    await page.waitForTimeout(step)
    await page.clock.runFor(step)
  }
}

describe('what the agent is shown, and the desktop told, while a scenario is played', {
  concurrency: 2,
}, () => {
  for (const [scenario, said, shown, told] of [
    [
      scenarios['wrong-digits'],
      lines['asked-again'],
      'Not a valid card number, 2 attempts left',
      /capturing · payment-card-number/,
    ],
    [scenarios['in-band'], lines['tones-to-link'], en.warnings['in-band-tones'].heading, /in-band-tones/],
    [scenarios.audio, lines['audio-back'], en.warnings['audio-lost'].heading, /audio-lost/],
    [scenarios.doubled, lines['slow-mode'], en.warnings['doubled-tones'].heading, /doubled-tones/],
    [scenarios['hang-up'], lines.cancels, en.warnings['hung-up'].heading, /8\sdigits/],
  ] as const) {
    test(scenario, async (t) => {
      const { page, play, view } = await openSimulator(t, browser, { ...slowly, time: 'by hand' })
      await play(scenario)
      await passUntil(page, said)
      await view.getByText(shown).waitFor()
      await page.locator('.told code').filter({ hasText: told }).waitFor()
    })
  }

  test(scenarios.silent, async (t) => {
    const { page, play, view } = await openSimulator(t, browser, slowly)
    await play(scenarios.silent)
    await Promise.all([
      view.getByText(en.warnings['ending-soon'].heading).waitFor(),
      page
        .locator('.told code')
        .filter({ hasText: /ending-soon/ })
        .waitFor(),
    ])
  })

  test('a page that is loaded again shows what was typed before', async (t) => {
    const { page, play, view, says } = await openSimulator(t, browser, slowly)
    await play(scenarios.reload)
    await says(lines['types-card'])
    const before = await page.locator('iframe').elementHandle()
    await says(lines['goes-on'])
    assert.equal(await before?.evaluate((frame) => frame.isConnected), false)
    await view.getByRole('img', { name: /^(8|9|1\d)\sdigits entered/ }).waitFor()
  })

  test('the end', async (t) => {
    const { page, play } = await openSimulator(t, browser)
    for (const [scenario, told] of [
      [scenarios.approved, 'SUCCESS · visa · •••• 1111'],
      [declineReasons['insufficient-funds'], 'DECLINE'],
      [scenarios['hang-up'], 'CANCELLED'],
    ] as const) {
      await play(scenario)
      await page.locator('.told code').filter({ hasText: told }).waitFor()
    }
  })
})

describe('3-D Secure on the payment page, beside the agent view', { concurrency: 2 }, () => {
  for (const [button, heading, outcome] of [
    ['Confirm', 'Paid', 'approved'],
    ['Decline', 'Declined', 'declined'],
  ] as const) {
    test(`the customer’s bank is told ${button}`, async (t) => {
      const { page, play, view, result } = await openSimulator(t, browser)
      await play(scenarios.challenge)
      await page.getByText('Harbour Street Books: please pay £12.40 by card:').waitFor()
      const opening = page.waitForEvent('popup')
      await page.getByRole('link', { name: telephone.openPage }).click()
      const phone = await opening
      await phone.getByLabel('Card number').fill('4000 0000 0000 3220')
      await phone.getByLabel('Expiry date').fill('12/30')
      await phone.getByLabel('Security code').fill('123')
      await phone.getByRole('button', { name: 'Pay £12.40' }).click()
      await phone.frameLocator('iframe').getByRole('button', { name: button, exact: true }).click()
      await view.getByRole('heading', { name: heading, exact: true }).waitFor()
      await page.locator('.narration.ended').waitFor()
      assert.equal((await result()).paymentResultData.paymentOutcome, outcome)
    })
  }
})
