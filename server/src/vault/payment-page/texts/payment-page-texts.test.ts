import assert from 'node:assert/strict'
import { test } from 'node:test'
import { languages } from '@tonegate/protocol/languages'
import { errorPageTexts } from '../../agent-view/view-page-texts.ts'
import { linkTexts } from '../../links/link-texts.ts'
import { assertTellsOutcomesApart, spokenRules, textsIn } from '../../prompts/test-spoken-words.ts'
import { paymentPageTexts } from './payment-page-texts.ts'

/** Those pages in the agent view's place that a customer can come to as well. */
const seenByCustomers = ['link-over', 'our-fault', 'not-understood'] as const

for (const language of languages) {
  const page = paymentPageTexts[language]

  test(`customers read of nobody whom their session may be without: ${language}`, () => {
    const errors = seenByCustomers.map((name) => errorPageTexts[language][name])
    for (const [path, text] of textsIn({ page, link: linkTexts[language], errors })) {
      assert.doesNotMatch(text, spokenRules[language].notForCustomers, path)
    }
  })

  test(`the payment page tells outcomes apart, and what became of the money: ${language}`, () => {
    const whole = ({ heading, advice }: { heading: string; advice: string }) => `${heading}. ${advice}`
    const { approved, review, declined, cancelled, failed, unknown } = page.outcomes
    assertTellsOutcomesApart(language, {
      approved: whole(approved),
      review: whole(review),
      declined: whole(declined),
      cancelled: whole(cancelled),
      failed: whole(failed),
      unknown: whole(unknown),
    })
    const { nothingCharged, doNotPayAgain } = spokenRules[language]
    for (const end of [page.ranOut, page.tooManyAttempts, page.verified, page.verifiedAlready]) {
      assert.match(end.advice, nothingCharged)
    }
    for (const doubt of [page.unknownYet, page.processing, page.unknownLink]) {
      assert.match(doubt.advice, doNotPayAgain)
    }
  })

  test(`headings of the payment page are one thing each: ${language}`, () => {
    const { outcomes, notSent, notPaid, unknownYet, processing, challenge, verified, ranOut, newerLink } =
      page
    const { tooManyAttempts, unknownLink, paidAlready, verifiedAlready, ourFault, notUnderstood } = page
    const headings = [
      ...Object.values(outcomes),
      ...[notSent, notPaid, unknownYet, processing, challenge, verified, ranOut, newerLink],
      ...[tooManyAttempts, unknownLink, paidAlready, verifiedAlready, ourFault, notUnderstood],
    ].map(({ heading }) => heading)
    assert.deepEqual(headings, [...new Set(headings)])
  })
}
