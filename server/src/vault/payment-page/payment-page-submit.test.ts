import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Problem } from '../../base/problem.ts'
import { openTestSession, paidState, testGuid, testSecret } from '../test-sessions.ts'
import { startVaultRoutes } from '../test-vault-routes.ts'

const link = `/pay/${testGuid}/${testSecret}`
const card = { cardNumber: '4111 1111 1111 1111', expiry: '12/30', securityCode: '123' }
const submission = '0123456789abcdef'.repeat(2)
const challenge = { url: 'https://bank.example/acs', fields: { creq: 'question' } }

function start(session = openTestSession()) {
  const { app, clock, lines } = startVaultRoutes([session])
  const send = (fields: Readonly<Record<string, string>> = card, headers: Record<string, string> = {}) =>
    app
      .inject({
        method: 'POST',
        url: link,
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        payload: new URLSearchParams(fields).toString(),
      })
      .then((answer) => answer)
  return {
    ...{ app, session, clock, lines, send },
    sendByScript: (fields?: Readonly<Record<string, string>>) => send(fields, { accept: 'application/json' }),
    takeBack: () => app.inject({ method: 'POST', url: `${link}/state`, payload: { submission } }),
  }
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

/** A session whose gateway has been asked and has not answered. */
function startPaying() {
  const session = openTestSession()
  session.answerCard(() => {
    session.become({ state: 'processing' })
    return new Promise(() => {})
  })
  return start(session)
}

test('a second form waits for the first, charges nothing, and leads to the same result', async () => {
  const { app, session, send } = startPaying()
  const first = send()
  await session.subscribed()
  const second = send()
  await turns()
  session.become(paidState)
  for (const { statusCode, headers } of await Promise.all([first, second])) {
    assert.deepEqual([statusCode, headers.location], [303, `${link}?answer`])
  }
  assert.match((await app.inject(`${link}?answer`)).body, /<h1>Paid<\/h1>/)
  assert.deepEqual(session.calls, ['submit 4111111111111111 1230 123'])
})

test('a payment under way is not offered again, and its page waits for the answer', async () => {
  const { app, session, clock, send } = startPaying()
  const late = send()
  await session.subscribed()
  await clock.advance(8_000)
  assert.equal((await late).headers.location, `${link}?answer`)
  const page = await app.inject(link)
  assert.match(page.body, /Your payment is being processed.*do not pay again/s)
  assert.match(
    page.body,
    new RegExp(`<noscript><meta http-equiv="refresh" content="0; url=${link}\\?answer">`),
  )
  assert.doesNotMatch(page.body, /<form/)
  const waiting = app.inject(`${link}?answer`).then((answer) => answer)
  await turns()
  session.become(paidState)
  assert.match((await waiting).body, /<h1>Paid<\/h1>/)
})

test('a payment that could not be begun is said to both who sent it, and the form is there again', async () => {
  const session = openTestSession()
  const { app, send, sendByScript, lines } = start(session)
  session.answerCard(async () => {
    session.become({ state: 'processing' })
    await new Promise((resolve) => setImmediate(resolve))
    session.become({ state: 'capturing' })
    throw new Error('The disk is full.')
  })
  const [first, second] = await Promise.all([send(), sendByScript()])
  assert.deepEqual([first.statusCode, second.statusCode], [503, 503])
  assert.match(first.body, /Something went wrong on our side/)
  assert.match(lines.join(''), /The disk is full/)
  assert.match((await app.inject(link)).body, /<form/)
})

test('the script is told what is wrong by names, and by nothing of the card', async () => {
  const { session, sendByScript } = start()
  session.answerCard(async () => ({ pan: 'invalid-card-type' }))
  const { statusCode, headers, body } = await sendByScript()
  assert.equal(statusCode, 422)
  assert.equal(headers['cache-control'], 'no-store')
  assert.deepEqual(JSON.parse(body), {
    kind: 'refused',
    errors: { pan: 'invalid-card-type' },
    advice:
      'For your security, your entries were not kept. Please enter all card details again. You have 3 attempts left.',
  })
  session.become(paidState)
  assert.deepEqual((await sendByScript()).json(), { kind: 'done' })
})

test('a form that was taken back is not charged when it arrives', async () => {
  const { session, sendByScript, takeBack } = start()
  assert.deepEqual((await takeBack()).json(), { state: 'open' })
  assert.deepEqual((await sendByScript({ ...card, submission })).json(), { kind: 'done' })
  assert.deepEqual(session.calls, [])
  await sendByScript({ ...card, submission: submission.replace('0', '1') })
  assert.deepEqual(session.calls, ['submit 4111111111111111 1230 123'])
})

test('a form that has arrived cannot be taken back: its payment is under way, or over', async () => {
  const { session, sendByScript, takeBack } = startPaying()
  const sent = sendByScript({ ...card, submission })
  await session.subscribed()
  assert.deepEqual((await takeBack()).json(), { state: 'processing' })
  session.challengeBy(challenge)
  assert.deepEqual((await takeBack()).json(), { state: 'challenge' })
  session.become(paidState)
  assert.deepEqual((await takeBack()).json(), { state: 'over' })
  assert.deepEqual((await sent).json(), { kind: 'done' })
})

test('a form that comes after the end leads to the page that says so', async () => {
  const { session, send } = start()
  session.become(paidState)
  const { statusCode, headers } = await send()
  assert.deepEqual([statusCode, headers.location, session.calls], [303, link, []])
})

test('a server that is closing takes nothing and says so', async () => {
  const { session, sendByScript, takeBack } = start()
  session.answerCard(() => Promise.reject(new Problem('provider-unavailable', 'Closing.')))
  assert.equal((await sendByScript()).statusCode, 503)
  assert.deepEqual((await takeBack()).json(), { state: 'open' })
})
