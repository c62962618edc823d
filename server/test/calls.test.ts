import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { eventually } from './harness/test-eventually.ts'
import { makeTestFolder } from './harness/test-folder.ts'
import { startTestTonegate } from './harness/test-tonegate.ts'

/** Reads a platform's commands, and confirms each. Resolves when it reads. */
async function confirmAll(t: TestContext, calls: string, key: string): Promise<void> {
  const headers = { authorization: `Bearer ${key}` }
  const stop = new AbortController()
  t.after(() => stop.abort())
  const { body } = await fetch(`${calls}/commands`, { headers, signal: stop.signal })
  const confirm = async () => {
    for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      for (const [, id] of text.matchAll(/^id: (.*)$/gm)) {
        await fetch(`${calls}/commands/${id}`, { method: 'POST', headers })
      }
    }
  }
  void confirm().catch(() => {})
}

const agentId = 'agent12345'

/** The sandbox, a program of the calls API that has its demo platform's key, and one of the Payment API. */
async function start(t: TestContext, folder: string) {
  const served = await startTestTonegate(t, { environment: { TONEGATE_DATA: folder } })
  const { tonegate, origin, token } = served
  const [platform] = tonegate.sandbox?.regions.nam?.platforms ?? []
  assert.ok(platform)
  await confirmAll(t, platform.callsUrl, platform.key)
  const calls = `${origin}/calls/v1/calls`
  const authorization = `Bearer ${await token()}`
  const ask = async (method: string, url: string, body?: object) => {
    const headers = { authorization: `Bearer ${platform.key}`, 'content-type': 'application/json' }
    const answer = await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) })
    const text = await answer.text()
    return { status: answer.status, body: text === '' ? {} : JSON.parse(text) }
  }
  return {
    ...served,
    platform,
    report: (callGuid: string, told: object = {}) => ask('PUT', `${calls}/${callGuid}`, { agentId, ...told }),
    trouble: (callGuid: string) => ask('POST', `${calls}/${callGuid}/trouble`, { trouble: 'tones-in-audio' }),
    tell: (callGuid: string) => ask('GET', `${calls}/${callGuid}`),
    press: (callGuid: string, keys: string) => ask('POST', `${calls}/${callGuid}/keys`, { keys }),
    open: () =>
      served.post(
        '/globalpci/v1/session',
        { agentId, paymentData: { Amount: '12.40', Currency: 'GBP' } },
        { authorization },
      ),
    outcome: async (sessionGuid: string) =>
      (await served.send(`/globalpci/v1/session/${sessionGuid}`, { headers: { authorization } })).json,
  }
}

test('a call that a platform reports takes a card, also when the server is restarted in the middle of it', async (t) => {
  const folder = makeTestFolder('calls')
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const first = await start(t, folder)
  const refused = (await first.open()).json
  assert.match(refused.detail, /not on a call/)
  const callGuid = randomUUID()
  assert.equal((await first.report(callGuid)).status, 200)
  assert.equal((await first.press(callGuid, '4')).status, 409)
  const opened = await first.open()
  assert.equal(opened.status, 200, opened.text)
  const { sessionGuid } = opened.json
  assert.deepEqual((await first.press(callGuid, '4111111111111111#12')).body, { taken: 19 })
  await first.close()

  const next = await start(t, folder)
  assert.deepEqual(next.platform.key, first.platform.key)
  await eventually(async () => (await next.tell(callGuid)).body.secured)
  // The card number was complete; the expiry date was not, and is entered again.
  assert.deepEqual((await next.press(callGuid, '1230#123#1')).body, { taken: 10 })
  const { paymentResultData } = await eventually(async () => {
    const seen = await next.outcome(sessionGuid)
    return seen.sessionState === 'Finished' && seen
  })
  assert.deepEqual([paymentResultData.paymentOutcome, paymentResultData.cardLast4], ['approved', '1111'])
  for (const line of [...first.lines, ...next.lines]) assert.doesNotMatch(line, /4111111111111111/)
})

test('a second session on a call is refused, and one whose call has ended takes no more keys', async (t) => {
  const folder = makeTestFolder('calls')
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const { report, open, press, platform, origin } = await start(t, folder)
  const callGuid = randomUUID()
  await report(callGuid)
  const opened = await open()
  assert.equal(opened.status, 200)
  const second = await open()
  assert.deepEqual([second.status, second.json.sessionGuid], [409, opened.json.sessionGuid])
  const headers = { authorization: `Bearer ${platform.key}` }
  const ended = await fetch(`${origin}/calls/v1/calls/${callGuid}`, { method: 'DELETE', headers })
  assert.equal(ended.status, 204)
  assert.equal((await press(callGuid, '4')).status, 404)
})

test('the caller’s number is in the agent’s page, and nowhere else', async (t) => {
  const folder = makeTestFolder('calls')
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const { report, tell, open, outcome, send, origin, lines } = await start(t, folder)
  const callGuid = randomUUID()
  const caller = '+447700900123'
  const reported = await report(callGuid, { caller })
  const opened = await open()
  const { iframeUrl, paymentFormUrl, agentAccessToken, sessionGuid } = opened.json
  const { pathname } = new URL(iframeUrl)
  const view = pathname.replace(/\/framed$/, '')
  const page = await send(pathname, { headers: { 'X-BEARER-TOKEN': agentAccessToken } })
  assert.match(page.text, /"callerNumber":"\+447700900123"/)

  const authorization = `Bearer ${agentAccessToken}`
  const stream = await fetch(`${origin}${view}/events`, { headers: { authorization } })
  const reader = stream.body?.getReader()
  const event = Buffer.from((await reader?.read())?.value ?? []).toString()
  assert.match(event, /^event: state/)
  await reader?.cancel()
  const command = await send(`${view}/commands`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ command: 'slow-mode', on: 'on' }),
  })
  assert.equal(command.status, 200)
  const customer = await send(new URL(paymentFormUrl).pathname)
  assert.equal(customer.status, 200)
  const others = [
    reported.body,
    (await tell(callGuid)).body,
    opened.json,
    await outcome(sessionGuid),
    command.json,
  ].map((each) => JSON.stringify(each))
  for (const text of [...others, event, customer.text, ...lines]) assert.doesNotMatch(text, /7700900123/)
  for (const file of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (file.isFile()) assert.ok(!readFileSync(join(file.parentPath, file.name)).includes(caller), file.name)
  }
})

type Started = Awaited<ReturnType<typeof start>>

for (const [what, securesAgain] of [
  [
    'the platform says that it is not secured',
    async (served: Started, callGuid: string) => {
      await served.report(callGuid, { secured: false })
      return served
    },
  ],
  [
    'the server is restarted',
    async (served: Started, _: string, t: TestContext) => {
      await served.close()
      return start(t, served.folder)
    },
  ],
] as const) {
  test(`a card whose keys were heard is keyed in anew when the line is secured again: ${what}`, async (t) => {
    const folder = makeTestFolder('calls')
    t.after(() => rmSync(folder, { recursive: true, force: true }))
    const first = await start(t, folder)
    const callGuid = randomUUID()
    await first.report(callGuid)
    const { sessionGuid } = (await first.open()).json
    await first.press(callGuid, '4111111111111111#1230#123#')
    assert.equal((await first.trouble(callGuid)).status, 204)
    await first.press(callGuid, '1')
    assert.equal((await first.outcome(sessionGuid)).sessionState, 'InProgress')
    const { tell, press, outcome } = await securesAgain(first, callGuid, t)
    await eventually(async () => (await tell(callGuid)).body.secured)
    await press(callGuid, '5555555555554444#1230#123#1')
    const { paymentResultData } = await eventually(async () => {
      const seen = await outcome(sessionGuid)
      return seen.sessionState === 'Finished' && seen
    })
    assert.equal(paymentResultData.cardLast4, '4444')
  })
}
