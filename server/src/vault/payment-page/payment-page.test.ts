import assert from 'node:assert/strict'
import { test } from 'node:test'
import naughty from 'big-list-of-naughty-strings' with { type: 'json' }
import { Problem } from '../../base/problem.ts'
import {
  formerSecret,
  openTestSession,
  paidState,
  testGuid,
  testLaunch,
  testSecret,
} from '../test-sessions.ts'
import { startVaultRoutes } from '../test-vault-routes.ts'
import { paymentPageTexts, textsAbout } from './texts/payment-page-texts.ts'

const { en } = paymentPageTexts

const link = `/pay/${testGuid}/${testSecret}`
const card = { cardNumber: '4111 1111-1111 1111', expiry: '12/30', securityCode: '123' }

function start(session = openTestSession()) {
  const { app, clock, lines } = startVaultRoutes([session])
  const submit = (fields: Readonly<Record<string, string>> | string, url = link) =>
    app.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams(fields).toString(),
    })
  return { app, session, clock, lines, submit }
}

test('the link opens a form that works without a script and is known to browsers', async () => {
  const { app, session } = start()
  const { statusCode, headers, body } = await app.inject(link)
  assert.equal(statusCode, 200)
  assert.equal(
    headers['content-security-policy'],
    "default-src 'none'; img-src 'self'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'; " +
      "frame-ancestors 'none'; base-uri 'none'",
  )
  assert.equal(headers['x-frame-options'], 'deny')
  assert.equal(headers['cache-control'], 'no-store')
  assert.equal(headers['referrer-policy'], 'no-referrer')
  assert.equal(headers['set-cookie'], undefined)
  assert.match(body, new RegExp(`<form id="card" method="post" action="${link}"`))
  for (const autocomplete of ['cc-number', 'cc-exp', 'cc-csc']) {
    assert.match(body, new RegExp(`inputmode="numeric" autocomplete="${autocomplete}"`))
  }
  assert.match(body, /Pay Harbour &amp; Sons.*€12\.40.*Reference: A-1001/s)
  assert.doesNotMatch(body, /style=|<script(?! type="(module|application\/json)")/)
  assert.equal(body.match(/<(link|script)[^>]*(href|src)=/g)?.length, 3, 'icon, stylesheet and script')
  assert.deepEqual(session.calls, [], 'whoever fetches a page need not be a person')
})

test('amounts are written as their currency is', async () => {
  for (const [order, text] of [
    [{ amountMinor: 1240, currency: 'JPY' }, '¥1,240'],
    [{ amountMinor: 1240, currency: 'KWD' }, 'KWD 1.240'],
    [{ amountMinor: 123456789, currency: 'USD' }, '$1,234,567.89'],
    [{ amountMinor: 0, currency: 'USD' }, 'Nothing will be charged'],
  ] as const) {
    const { app } = start(openTestSession({ ...testLaunch, order }))
    const { body } = await app.inject(link)
    assert.ok(body.replaceAll('\u00a0', ' ').includes(text), text)
  }
})

test('a page speaks of the phone only where somebody is on it', async () => {
  for (const [entry, caller, onPhone, keypad] of [
    ['keypad', 'on-call', true, true],
    ['keypad', 'hung-up', true, false],
    ['link', 'no-call', false, false],
  ] as const) {
    const { app, session } = start(openTestSession({ ...testLaunch, entry }))
    session.become({ ...session.view(), entry, caller })
    const { body } = await app.inject(link)
    assert.equal(body.includes(en.privacyOnPhone), onPhone, caller)
    assert.equal(body.includes(en.privacy), !onPhone, caller)
    assert.equal(body.includes(en.keypadInUse), keypad, caller)
  }
})

test('a page about a card that is verified says so in each state', async () => {
  const order = { amountMinor: 0, currency: 'EUR' }
  const { app, session } = start(openTestSession({ ...testLaunch, order, entry: 'link' }))
  const open = { ...session.view(), entry: 'link', caller: 'no-call' } as const
  const { outcomes, notSent, processing } = textsAbout(order, 'en')
  const ended = { ...paidState, order }
  for (const [state, heading] of [
    [open, notSent.heading],
    [{ ...open, state: 'processing' }, processing.heading],
    [ended, en.verifiedAlready.heading],
    [{ ...ended, result: { end: 'success', outcome: 'review' } }, outcomes.review.heading],
    [{ ...ended, result: { end: 'success', outcome: 'unknown' } }, outcomes.unknown.heading],
    [{ ...ended, result: { end: 'payment-connector-error', outcome: 'failed' } }, outcomes.failed.heading],
    [{ ...ended, result: { end: 'cancelled', outcome: 'cancelled' } }, outcomes.cancelled.heading],
  ] as const) {
    session.become(state)
    const { body } = await app.inject(link)
    assert.ok(body.includes(heading), heading)
    const visible = body.replace(/<script.*?<\/script>|<[^>]*>/gs, '')
    assert.match(visible, /Nothing (?:was|will be) charged/)
    assert.doesNotMatch(visible, /\bpa(?:y|ying|yment|id)\b/i)
  }
})

test('a look at the headers alone opens nothing', async () => {
  const { app, session } = start()
  assert.equal((await app.inject({ method: 'HEAD', url: link })).statusCode, 200)
  assert.deepEqual(session.calls, [])
})

test('wrong links answer alike, to a form too', async () => {
  const { app, session, submit } = start()
  const urls = [
    `${link}x`,
    link.slice(0, -1),
    link.toUpperCase(),
    link.replace('1/', '2/'),
    '/pay/nonsense/x',
  ]
  const answers = await Promise.all(urls.map((url) => app.inject(url)))
  answers.push(...(await Promise.all(urls.map((url) => submit(card, url)))))
  for (const { statusCode, headers, body } of answers) {
    assert.equal(statusCode, 404)
    assert.equal(headers['x-frame-options'], 'deny')
    assert.match(body, /This link is not valid/)
    assert.equal(body, answers[0]?.body)
  }
  assert.deepEqual(session.calls, [])
})

test('a link that a newer one has replaced says so, and of which payment it was to nobody', async () => {
  const { app, session, submit } = start()
  const former = link.replace(testSecret, formerSecret)
  const { statusCode, body } = await app.inject(former)
  assert.equal(statusCode, 410)
  assert.match(body, /There is a newer link/)
  assert.doesNotMatch(body, /Harbour|12\.40|<form/)
  assert.equal((await submit(card, former)).body, body)
  assert.deepEqual(session.calls, [])
})

test('whoever opens a link afterwards reads how it ended, and of which payment', async () => {
  for (const [result, words] of [
    [paidState.result, /This has already been paid.*do not need to do anything/s],
    [{ end: 'success', outcome: 'declined', declineReason: 'expired-card' }, /declined.*has expired/s],
    [{ end: 'payment-connector-error', outcome: 'failed' }, /did not go through/],
    [{ end: 'cancelled', outcome: 'cancelled' }, /was cancelled/],
    [{ end: 'success', outcome: 'unknown' }, /We do not know the result yet.*Do not pay again/s],
    [{ end: 'success', outcome: 'review' }, /under review/],
    [{ end: 'expired', outcome: 'failed' }, /link has expired.*Ask for a new link/s],
    [{ end: 'timeout', outcome: 'failed' }, /link has expired/],
    [{ end: 'too-many-failed-attempts', outcome: 'failed' }, /Too many attempts/],
  ] as const) {
    const { app, session } = start()
    session.become({ ...paidState, result })
    const { statusCode, body } = await app.inject(link)
    assert.equal(statusCode, 200)
    assert.match(body, words)
    assert.match(body, /Harbour &amp; Sons.*€12\.40/s)
    assert.doesNotMatch(body, /<form|<script|lost|stolen/)
  }
})

test('a card is taken as people write it', async () => {
  for (const [fields, submitted] of [
    [card, 'submit 4111111111111111 1230 123'],
    [{ ...card, expiry: '1230' }, 'submit 4111111111111111 1230 123'],
    [{ ...card, expiry: ' 3 / 2031 ' }, 'submit 4111111111111111 0331 123'],
    [{ ...card, expiry: '3-31', securityCode: ' 1234 ' }, 'submit 4111111111111111 0331 1234'],
  ] as const) {
    const { session, submit } = start()
    await submit(fields)
    assert.deepEqual(session.calls, [submitted])
  }
})

test('how a payment ended is said in plain words', async () => {
  for (const [result, words] of [
    [paidState.result, /<h1>Paid<\/h1>.*Harbour &amp; Sons.*€12\.40/s],
    [
      { end: 'success', outcome: 'declined', declineReason: 'insufficient-funds' },
      /declined.*not enough funds/s,
    ],
    [
      { end: 'success', outcome: 'declined', declineReason: 'lost-or-stolen' },
      /ask your bank for the reason/,
    ],
    [{ end: 'success', outcome: 'unknown' }, /We do not know the result yet.*Do not pay again/s],
    [{ end: 'success', outcome: 'review' }, /under review/],
    [{ end: 'payment-connector-error', outcome: 'failed' }, /did not go through/],
    [{ end: 'too-many-failed-attempts', outcome: 'failed' }, /Too many attempts/],
    [{ end: 'cancelled', outcome: 'cancelled' }, /was cancelled/],
  ] as const) {
    const { app, session, submit } = start()
    session.answerCard(async () => {
      session.become({ ...paidState, result })
      return {}
    })
    const { statusCode, headers, body: redirect } = await submit(card)
    assert.deepEqual([statusCode, headers.location, redirect], [303, `${link}?answer`, ''])
    const { body } = await app.inject(`${link}?answer`)
    assert.match(body, words)
    assert.doesNotMatch(body, /<form|lost|stolen|1111/)
  }
})

test('what is wrong is said at its field, and no digit comes back', async () => {
  const { app, session, submit } = start()
  session.answerCard(async () => ({ pan: 'invalid-card-number', expiry: 'invalid-date' }))
  const answer = await submit({ ...card, cardNumber: '4111111111111112' })
  assert.equal(answer.statusCode, 303)
  assert.equal(answer.headers.location, `${link}?pan=invalid-card-number&expiry=invalid-date`)
  const { body } = await app.inject(String(answer.headers.location))
  assert.match(body, /<title>Error: /)
  assert.match(body, /id="cardNumber"[^>]*aria-describedby="cardNumber-error" aria-invalid="true" autofocus/)
  assert.match(body, /id="cardNumber-error"[^>]*>This card number is not valid/)
  assert.match(body, /id="expiry"[^>]*aria-describedby="expiry-error expiry-hint" aria-invalid="true"/)
  assert.doesNotMatch(body, /id="securityCode"[^>]*aria-invalid/)
  assert.match(body, /You have 3 attempts left/)
  assert.doesNotMatch(body, /4111|1112|12\/30|value=/)
  assert.match(body, /id="securityCode-error"[^>]*><\/p>/)
})

test('an empty field costs no attempt', async () => {
  const { app, session, submit } = start()
  const answer = await submit({ cardNumber: card.cardNumber, expiry: ' ' })
  assert.equal(answer.statusCode, 303)
  const { body } = await app.inject(String(answer.headers.location))
  assert.match(body, /Enter the expiry date.*Enter the security code/s)
  assert.doesNotMatch(body, /4111/)
  assert.deepEqual(session.calls, ['page opened'])
})

test('the address after a wrong card says names of fields and errors alone, and nothing that is none', async () => {
  const { app } = start()
  for (const query of [
    'pan=nonsense',
    'pan=invalid-date&pan=invalid-date',
    'x=invalid-date',
    'pan=toString',
  ]) {
    const { statusCode, body } = await app.inject(`${link}?${query}`)
    assert.equal(statusCode, 200)
    assert.doesNotMatch(body, /<title>Error|aria-invalid/, query)
  }
})

test('a field twice, a body that is no form: refused as a page', async () => {
  const { app, session, submit } = start()
  const twice = await submit(
    'cardNumber=4111111111111111&cardNumber=4242424242424242&expiry=1230&securityCode=123',
  )
  assert.equal(twice.statusCode, 400)
  assert.doesNotMatch(twice.body, /4111|4242/)
  const json = await app.inject({ method: 'POST', url: link, payload: card })
  assert.equal(json.statusCode, 303)
  const broken = await app.inject({
    method: 'POST',
    url: link,
    headers: { 'content-type': 'application/json' },
    payload: '{',
  })
  assert.equal(broken.statusCode, 400)
  for (const { headers } of [twice, broken]) {
    assert.equal(headers['content-type'], 'text/html; charset=utf-8')
    assert.equal(headers['x-frame-options'], 'deny')
  }
  assert.deepEqual(session.calls, [])
})

test('naughty strings are wrong cards, and wrong links', async () => {
  const { app, session, submit } = start()
  session.answerCard(async () => ({ pan: 'invalid-card-number' }))
  for (const text of naughty) {
    const form = await submit({ cardNumber: text, expiry: text, securityCode: text })
    assert.ok(form.statusCode === 303 || form.statusCode === 400, `${form.statusCode} for ${text}`)
    assert.ok(!/<[^>]+>/.test(text) || !form.body.includes(text), text)
    const { statusCode } = await app.inject(`/pay/${testGuid}/${encodeURIComponent(text.toWellFormed())}`)
    assert.ok(statusCode >= 400 && statusCode < 500, `${statusCode} for ${text}`)
  }
  for (const call of session.calls)
    assert.match(call, /^(page opened|submit \d{0,19} (\d{3,6})? (\d{3,4})?)$/)
})

test('a failure of ours is a page too, and says nothing of the card', async () => {
  for (const [error, status] of [
    [new Error('4111111111111111'), 500],
    [new Problem('overloaded', 'Too much to do.'), 503],
  ] as const) {
    const { session, submit } = start()
    session.answerCard(() => Promise.reject(error))
    const answer = await submit(card)
    assert.equal(answer.statusCode, status)
    assert.match(answer.body, /Something went wrong on our side.*It will show whether you have paid/s)
    assert.doesNotMatch(answer.body, /4111/)
  }
})

test('neither the card nor the link is in the log', async () => {
  const { app, lines, submit } = start()
  await app.inject(link)
  await submit(card)
  await submit({ ...card, cardNumber: 'x' }, `${link}x`)
  assert.ok(lines.length > 0)
  assert.doesNotMatch(lines.join(''), /4111|link-secret/)
})

test('the page speaks the language of the browser, else that of the flow', async () => {
  const flow = { ...testLaunch.flow, language: 'pl' } as const
  for (const [acceptLanguage, language, words] of [
    ['de-AT,de;q=0.9,en;q=0.8', 'de', /Kartennummer.*12,40\s€ zahlen/s],
    ['en', 'en', /Card number.*Pay €12\.40/s],
    ['fr, *;q=0.1', 'pl', /Numer karty.*Zapłać 12,40\s€/s],
    [undefined, 'pl', /Numer karty/],
  ] as const) {
    const { app, session } = start(openTestSession({ ...testLaunch, flow }))
    const headers = acceptLanguage === undefined ? {} : { 'accept-language': acceptLanguage }
    const form = await app.inject({ url: link, headers })
    assert.match(form.body, new RegExp(`<html lang="${language}">`))
    assert.match(form.body, words)
    session.become(paidState)
    const { body } = await app.inject({ url: link, headers })
    assert.match(body, new RegExp(`<html lang="${language}">`))
  }
})
