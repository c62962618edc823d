import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Frame } from 'playwright-core'
import { loadTexts } from '../../../../web/src/agent-view/texts/load-texts.ts'
import { textsFor } from '../../../../web/src/agent-view/texts/texts-for.ts'
import { approval, press, testGateway, visa, wholeCard } from '../test-vault.ts'
import { keepingSenders, keptOf, says, shoot, startViewBrowser, viewOf } from './test-view-browser.ts'

const { openView } = await startViewBrowser()

const john = { initialValues: { CustomerPhoneNumber: '+48 500 000 123' } }

/** Every button says on one line all that it says, and nothing is wider than the panel. */
async function assertFits(view: Frame, width: number): Promise<void> {
  assert.equal(await view.evaluate('document.documentElement.scrollWidth'), width)
  const broken = await view.evaluate(
    `[...document.querySelectorAll('button')].filter((button) => {
      const range = document.createRange()
      range.selectNodeContents(button)
      return button.scrollWidth > button.clientWidth || new Set([...range.getClientRects()].map(({ top }) => top)).size > 1
    }).map(({ innerText }) => innerText)`,
  )
  assert.deepEqual(broken, [])
}

for (const language of ['de', 'pl'] as const) {
  const usual = await loadTexts(language)

  for (const width of [320, 420]) {
    test(`every button fits on a line of a panel of ${width} pixels, at each step of a payment: ${language}`, async (t) => {
      const opened = { width, context: { locale: language } }
      const texts = textsFor({ amountMinor: 1240 }, usual)
      const { page, session } = await openView(t, { ...opened, ...keepingSenders(), launch: john })
      const view = await viewOf(page)
      const fits = async (state: string) => {
        await assertFits(view, width)
        await shoot(page, `agent-view-${state}-${language}-${width}-light`)
      }
      await says(view, texts.standing.asked.pan)
      await fits('asked')
      press(session, '4111111111111112#')
      await says(view, texts.attemptsLeft(2))
      await fits('refused')
      press(session, `${visa}#12`)
      await says(view, texts.standing.typing.expiry)
      await fits('typing')
      press(session, '30123#')
      await view.getByRole('button', { name: texts.takePayment }).and(view.locator(':enabled')).waitFor()
      await fits('complete')
      await view.getByRole('button', { name: texts.cancel, exact: true }).click()
      await says(view, texts.cancelQuestion)
      await fits('cancelling')
      await view.getByRole('button', { name: texts.cancelNo }).click()
      await view.getByRole('button', { name: texts.useLink }).click()
      await says(view, texts.standing.linkUnsent)
      await fits('link-unsent')
      await view.getByRole('button', { name: texts.channels.sms.otherAddress }).click()
      await fits('link-address')
      await view.getByRole('button', { name: texts.close }).click()
      await view.getByRole('button', { name: `${texts.send}: ${texts.channels.sms.name}` }).click()
      await view.getByRole('button', { name: `${texts.sendAgain}: ${texts.channels.sms.name}` }).waitFor()
      await fits('link-sent')
      session.callEnded()
      await says(view, texts.sayOnCallback)
      await fits('link-hung-up')
    })

    test(`a card that is verified is told of in its own words, in ${width} pixels: ${language}`, async (t) => {
      const texts = textsFor({ amountMinor: 0 }, usual)
      const { page, vault, session } = await openView(t, {
        width,
        context: { locale: language },
        gateway: testGateway({ answers: async () => approval }),
        flow: { purpose: 'verify' },
        launch: { order: { amountMinor: 0, currency: 'EUR' } },
      })
      const view = await viewOf(page)
      await keptOf(view, ({ length }) => length === 1)
      await vault.clock.advance(845_000)
      await page.clock.fastForward(845_000)
      await says(view, texts.warnings['ending-soon'].heading)
      press(session, wholeCard)
      await says(view, texts.standing.completeByKeypad)
      await says(view, texts.takePayment)
      await assertFits(view, width)
      await shoot(page, `agent-view-verifying-${language}-${width}-light`)
      await view.getByRole('button', { name: texts.cancel, exact: true }).click()
      await says(view, texts.cancelQuestion)
      await assertFits(view, width)
      await view.getByRole('button', { name: texts.cancelNo }).click()
      press(session, '1')
      await view.getByRole('heading', { name: texts.outcomes.approved.heading }).waitFor()
      await shoot(page, `agent-view-verified-${language}-${width}-light`)
    })
  }
}
