import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { english } from '../../../web/src/simulator/texts-en.ts'
import { sharedBrowser } from '../../test/harness/test-browser.ts'
import { openSimulator } from './test-simulator.ts'

const browser = await sharedBrowser()
const { scenarios, declineReasons, lines, telephone } = english

interface Expected {
  readonly view: string
  readonly heard: RegExp | string
  readonly outcome: string
  readonly reason?: string
  readonly sessionState?: string
}

const paid: Expected = { view: 'Paid', heard: /Your payment of £12\.40 was successful/, outcome: 'approved' }
const declined = (reason: string): Expected => ({
  view: 'Declined',
  heard: /Your card was declined\. Nothing was charged/,
  outcome: 'declined',
  reason,
})

/** Each group is played on one page, one scenario after the other. */
const groups: Readonly<Record<string, Readonly<Record<string, Expected>>>> = {
  'how the bank answers': {
    [scenarios.approved]: paid,
    [scenarios.review]: { view: 'Under review', heard: /is under review/, outcome: 'review' },
    [scenarios.error]: {
      view: 'Not paid',
      heard: /did not go through/,
      outcome: 'failed',
      sessionState: 'Error',
    },
  },
  'each reason for a decline': {
    [declineReasons['do-not-honour']]: declined('do-not-honour'),
    [declineReasons['insufficient-funds']]: declined('insufficient-funds'),
    [declineReasons['expired-card']]: declined('expired-card'),
    [declineReasons['invalid-card-number']]: declined('invalid-card-number'),
    [declineReasons['invalid-security-code']]: declined('invalid-security-code'),
    [declineReasons['lost-or-stolen']]: declined('lost-or-stolen'),
    [declineReasons['limit-exceeded']]: declined('limit-exceeded'),
    [declineReasons['card-not-supported']]: declined('card-not-supported'),
    [declineReasons['suspected-fraud']]: declined('suspected-fraud'),
  },
  'what happens on a call': {
    [scenarios['wrong-digits']]: paid,
    [scenarios.audio]: paid,
    [scenarios.reload]: paid,
    [scenarios['hang-up']]: {
      view: 'Cancelled',
      heard: telephone.ended,
      outcome: 'cancelled',
      sessionState: 'Cancelled',
    },
  },
  'a telephone that doubles its tones': { [scenarios.doubled]: paid },
  'a caller who does nothing': {
    [scenarios.silent]: {
      view: 'Not paid',
      heard: /The payment did not go through/,
      outcome: 'failed',
      sessionState: 'TimeOut',
    },
  },
}

describe('a scenario is seen by the agent, heard by the caller and read by the program', {
  concurrency: 3,
}, () => {
  for (const [group, played] of Object.entries(groups)) {
    test(group, async (t) => {
      const { page, play, view, hears, result, complaints } = await openSimulator(t, browser)
      for (const [name, expected] of Object.entries(played)) {
        await play(name)
        await page.locator('.narration.playing').waitFor()
        await page.locator('.narration.ended').waitFor()
        await view.getByRole('heading', { name: expected.view, exact: true }).waitFor()
        await hears(expected.heard)
        const { sessionState, paymentResultData } = await result()
        assert.equal(sessionState, expected.sessionState ?? 'Finished', name)
        assert.equal(paymentResultData.paymentOutcome, expected.outcome, name)
        assert.equal(paymentResultData.declineReason, expected.reason ?? '', name)
      }
      assert.deepEqual(complaints, [])
    })
  }

  test('a gateway that times out', async (t) => {
    const { page, play, view, says, hears, result } = await openSimulator(t, browser)
    await play(scenarios.lost)
    await says(lines.lost)
    await view.getByRole('heading', { name: 'Outcome not known yet' }).waitFor()
    await hears('Please do not pay again.')
    assert.equal((await result()).paymentResultData.paymentOutcome, 'unknown')
    await page.locator('.narration.ended').waitFor()
    await says(lines['end-approved'])
    assert.equal((await result()).paymentResultData.paymentOutcome, 'approved')
  })

  for (const [name, channel] of [
    [scenarios['to-link'], 'on a call'],
    [scenarios['in-band'], 'on a call whose tones were heard'],
    [scenarios.digital, 'no call'],
  ] as const) {
    test(`a link, ${channel}`, async (t) => {
      const { page, play, view, says, result, hears } = await openSimulator(t, browser)
      await play(name)
      await says(lines['open-link'])
      if (channel !== 'no call') await hears('Please use the link we sent you.')
      await page.getByText('4111 1111 1111 1111').waitFor()
      const opening = page.waitForEvent('popup')
      await page.getByRole('link', { name: telephone.openPage }).click()
      const phone = await opening
      await phone.getByLabel('Card number').fill('4111 1111 1111 1111')
      await phone.getByLabel('Expiry date').fill('12/30')
      await phone.getByLabel('Security code').fill('123')
      await phone.getByRole('button', { name: 'Pay £12.40' }).click()
      await phone.getByRole('heading', { name: 'Paid' }).waitFor()
      await page.locator('.narration.ended').waitFor()
      await view.getByRole('heading', { name: 'Paid', exact: true }).waitFor()
      assert.equal((await result()).paymentResultData.paymentOutcome, 'approved')
    })
  }
})
