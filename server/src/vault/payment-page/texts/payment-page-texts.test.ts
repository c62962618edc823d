import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Language, languages } from '@tonegate/protocol/languages'
import { assertTypography } from '../../../../test/harness/test-typography.ts'
import { errorPageTexts, viewPageTexts } from '../../agent-view/view-page-texts.ts'
import { linkTexts } from '../../links/link-texts.ts'
import { assertTellsOutcomesApart, spokenRules, textsIn } from '../../prompts/test-spoken-words.ts'
import { paymentPageTexts, textsAbout } from './payment-page-texts.ts'

/** Those pages in the agent view's place that a customer can come to as well. */
const seenByCustomers = ['link-over', 'our-fault', 'not-understood'] as const

/** Words of a session on a call; another has nobody on the phone. */
const phone: Readonly<Record<Language, RegExp>> = {
  en: /phone|\bcall\b|keypad|on the line/i,
  de: /telefon|anruf|gespräch/i,
  pl: /telefon|rozmow|klawiatur/i,
}

/** Words of a payment; nothing is paid where a card is verified. */
const payment: Readonly<Record<Language, RegExp>> = {
  en: /\bpay|\bpaid/i,
  de: /zahl/i,
  pl: /płat|płac/i,
}

for (const language of languages) {
  const page = paymentPageTexts[language]

  test(`customers read of nobody whom their session may be without: ${language}`, () => {
    const errors = seenByCustomers.map((name) => errorPageTexts[language][name])
    for (const [path, text] of textsIn({ page, link: linkTexts[language], errors })) {
      assert.doesNotMatch(text, spokenRules[language].notForCustomers, path)
    }
  })

  test(`two texts of the payment page alone speak of a phone, for sessions on a call: ${language}`, () => {
    const speakOfPhone = textsIn({ page, link: linkTexts[language] }).filter(([, text]) =>
      phone[language].test(text),
    )
    assert.deepEqual(speakOfPhone.map(([path]) => path).sort(), ['/page/keypadInUse', '/page/privacyOnPhone'])
  })

  test(`where a card is verified nothing is paid, and every end says so: ${language}`, () => {
    const about = textsAbout({ amountMinor: 0 }, language)
    assert.deepEqual(textsAbout({ amountMinor: 1 }, language), page)
    for (const [path, text] of textsIn({ ...page.cardCheck, bank: about.declineReasons['do-not-honour'] })) {
      assert.doesNotMatch(text, payment[language], path)
    }
    const { review, declined, cancelled, failed, unknown } = about.outcomes
    for (const { heading, advice } of [review, declined, cancelled, failed, unknown, about.cancelledAtBank]) {
      assert.match(advice, spokenRules[language].nothingCharged, heading)
    }
  })

  test(`quotation marks, ellipses and spaces are those of the language: ${language}`, () => {
    const { sms: _, smsVerify: __, ...mail } = linkTexts[language]
    const errors = { ...errorPageTexts[language], view: viewPageTexts[language] }
    for (const [path, text] of textsIn({ page, mail, errors })) assertTypography(language, text, path)
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
    for (const amountMinor of [0, 1]) {
      const about = textsAbout({ amountMinor }, language)
      const { outcomes, notSent, notPaid, unknownYet, processing, challenge, verified, ranOut } = about
      const { newerLink, tooManyAttempts, unknownLink, paidAlready, verifiedAlready } = about
      const headings = [
        ...Object.values(outcomes),
        ...[notSent, notPaid, unknownYet, processing, challenge, verified, ranOut, newerLink],
        ...[tooManyAttempts, unknownLink, paidAlready, verifiedAlready, about.ourFault, about.notUnderstood],
      ].map(({ heading }) => heading)
      assert.deepEqual(headings, [...new Set(headings)])
    }
  })
}
