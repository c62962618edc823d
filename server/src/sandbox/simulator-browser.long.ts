import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sharedBrowser } from '../../test/harness/test-browser.ts'
import { openSimulator } from './test-simulator.ts'

const browser = await sharedBrowser()

interface Expected {
  readonly view: string
  readonly heard: RegExp
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
    Approved: paid,
    'Held for review': { view: 'Under review', heard: /is under review/, outcome: 'review' },
    'Gateway error': {
      view: 'Not paid',
      heard: /did not go through/,
      outcome: 'failed',
      sessionState: 'Error',
    },
  },
  'each reason for a decline': {
    'No reason given': declined('do-not-honour'),
    'No money': declined('insufficient-funds'),
    'Card expired': declined('expired-card'),
    'Card unknown': declined('invalid-card-number'),
    'Wrong code': declined('invalid-security-code'),
    'Lost or stolen': declined('lost-or-stolen'),
    'Over the limit': declined('limit-exceeded'),
    'Not supported': declined('card-not-supported'),
    'Suspected fraud': declined('suspected-fraud'),
  },
  'what happens on a call': {
    'Mistyped digit': paid,
    'Tones leak': paid,
    'Audio lost and back': paid,
    'Agent reloads': paid,
    'Caller hangs up': {
      view: 'Cancelled',
      heard: /The call has ended/,
      outcome: 'cancelled',
      sessionState: 'Cancelled',
    },
  },
  'a telephone that doubles its tones': { 'Doubled tones': paid },
  'a caller who types nothing': {
    'Nothing is typed': {
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
  for (const [group, scenarios] of Object.entries(groups)) {
    test(group, async (t) => {
      const { page, play, view, hears, result, complaints } = await openSimulator(t, browser)
      for (const [name, expected] of Object.entries(scenarios)) {
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

  test('a gateway that falls silent', async (t) => {
    const { page, play, view, says, hears, result } = await openSimulator(t, browser)
    await play('Gateway falls silent')
    await says('The outcome is unknown, because the card may have been charged.')
    await view.getByRole('heading', { name: 'Outcome not known yet' }).waitFor()
    await hears('Please do not pay again.')
    assert.equal((await result()).paymentResultData.paymentOutcome, 'unknown')
    await page.locator('.narration.ended').waitFor()
    await says('Paid.')
    assert.equal((await result()).paymentResultData.paymentOutcome, 'approved')
  })

  for (const [name, channel] of [
    ['From keypad to link', 'on a call'],
    ['Payment link', 'no call'],
  ] as const) {
    test(`a link, ${channel}`, async (t) => {
      const { page, play, view, says, result, hears } = await openSimulator(t, browser)
      await play(name)
      await says('Your turn: open the message')
      if (channel === 'on a call') await hears('Please use the link we sent you.')
      await page.getByText('4111 1111 1111 1111').waitFor()
      const opening = page.waitForEvent('popup')
      await page.getByRole('link', { name: /Open on the customer’s phone/ }).click()
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
