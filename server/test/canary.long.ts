import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { getHeapSnapshot } from 'node:v8'
import { gunzipSync } from 'node:zlib'
import { adminOf } from './harness/test-admin.ts'
import { startCollector } from './harness/test-collector.ts'
import { eventually } from './harness/test-eventually.ts'
import { startMeteredTonegate } from './harness/test-metrics.ts'
import type { startTestTonegate } from './harness/test-tonegate.ts'

const soon = `12${String(new Date().getFullYear() + 3).slice(-2)}`

/** A hundred valid card numbers, made digit by digit so that none stands in this process as a text. */
function cardNumbers(): Uint8Array[] {
  return Array.from({ length: 100 }, (_, index) => {
    const digits = [
      4,
      0,
      0,
      0,
      0,
      0,
      9,
      ...String(100_000 + index * 7919)
        .split('')
        .map(Number),
      3,
      1,
    ]
    const sum = digits.reduceRight((total, digit, at) => {
      const doubled = (digits.length - at) % 2 === 1 ? digit * 2 : digit
      return total + (doubled > 9 ? doubled - 9 : doubled)
    }, 0)
    return Uint8Array.from([...digits, (10 - (sum % 10)) % 10], (digit) => digit + 48)
  })
}

test('not one of a hundred card numbers, typed on keypads and payment pages, is found anywhere afterwards', async (t) => {
  const cards = cardNumbers()
  const proof = { text: ['canary', 'of', 'the', 'canary'].join('-') }
  assert.equal(new Set(cards.map((card) => Buffer.from(card).subarray(0, 12).toString('hex'))).size, 100)
  assert.ok(
    cards.every((card) => holdsCard(Buffer.from(card), cards)),
    'each would be found',
  )
  const answers: Buffer[] = []
  const collector = await startCollector(t)
  const tonegate = await startMeteredTonegate(t, {
    environment: {
      ...collector.environment,
      OTEL_TRACES_SAMPLER: 'parentbased_always_on',
      TONEGATE_LOG_LEVEL: 'trace',
      TONEGATE_REGIONS: 'nam',
    },
  })
  const { folder, lines, token, close, scrape } = tonegate
  const authorization = `Bearer ${await token()}`

  const scrapes: string[] = []
  const { payByKeypad, payByLink } = createPayments(tonegate, { authorization, answers })
  for (let index = 0; index < cards.length; index += 10) {
    const ten = cards.slice(index, index + 10)
    const paying = ten.map((card, offset) => (offset % 2 ? payByLink : payByKeypad)(card, index + offset))
    scrapes.push(await scrape())
    await Promise.all(paying)
    scrapes.push(await scrape())
  }

  const events = answers.filter((answer) => answer.includes('event: state'))
  assert.equal(events.length, 100, 'each stream was heard')
  const heap = await heapSnapshot()
  const places = new Map<string, Buffer>([
    ['the answers and event streams', Buffer.concat(answers)],
    ['the log', Buffer.from(lines.join(''))],
    ['the heap', heap],
  ])
  const backup = join(folder, 'nam.jsonl.gz')
  await adminOf({ folder })(['backup', 'create', backup])
  places.set('a backup', gunzipSync(readFileSync(backup)))
  const entries = await adminOf({ folder })(['audit', 'export'])
  assert.equal(entries.match(/"action":"payment\.charge"/g)?.length, 100, 'each payment has its entry')
  places.set('an audit export', Buffer.from(entries))
  await close()
  places.set('the metrics', Buffer.from(scrapes.join('')))
  places.set('the traces', Buffer.concat([...collector.bodies()]))
  for (const name of readdirSync(folder)) places.set(name, readFileSync(join(folder, name)))

  for (const [place, content] of places) {
    assert.ok(!holdsCard(content, cards), `the beginning of a card number is in ${place}`)
  }
  assert.ok(lines.length > 100, 'the log was talkative')
  assert.match(scrapes.at(-1) ?? '', /^tonegate_sessions_ended_total\{.*end="success".*\} 50$/m)
  assert.equal(collector.spans().filter(({ name }) => name === 'charge').length, 100, 'each was traced')
  assert.ok(heap.includes(proof.text), 'the heap snapshot holds the texts of the heap')
})

/** Pays, and collects what was answered meanwhile. */
function createPayments(
  { origin, post, send }: Awaited<ReturnType<typeof startTestTonegate>>,
  { authorization, answers }: { readonly authorization: string; readonly answers: Buffer[] },
) {
  const payByKeypad = async (card: Uint8Array, index: number) => {
    const agentId = `agent${index}`
    const call = (await post('/sandbox/calls', { agentId })).json
    const body = { agentId, paymentData: { Amount: '12.40' }, accountConfigurationId: index % 2 ? 2 : 0 }
    const created = await post('/globalpci/v1/session', body, { authorization })
    answers.push(Buffer.from(created.text))
    const session = created.json
    const streamed = listen(`${session.iframeUrl.replace('/framed', '')}/events`, session.agentAccessToken)
    const keys = ['{"keys":"', card, `#${soon}#123#1"}`].map((part) => Buffer.from(part as string))
    const pressed = await fetch(`${origin}/sandbox/calls/${call.callGuid}/keys`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: Buffer.concat(keys),
    })
    answers.push(Buffer.from(await pressed.arrayBuffer()))
    answers.push(await streamed)
    await assertPaid(session.sessionGuid)
  }

  /** Wrong at first, so that a card that was refused is looked for too. */
  const payByLink = async (card: Uint8Array, index: number) => {
    const body = { agentId: `agent${index}`, paymentData: { Amount: '12.40' } }
    const created = await post('/globalpci/v1/digitalsession', body, { authorization })
    const session = created.json
    answers.push(Buffer.from(created.text))
    const streamed = listen(`${session.iframeUrl.replace('/framed', '')}/events`, session.agentAccessToken)
    for (const expiry of ['1320', soon]) {
      const form = ['cardNumber=', card, `&expiry=${expiry}&securityCode=123`]
      const answer = await fetch(session.paymentFormUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: Buffer.concat(form.map((part) => Buffer.from(part as string))),
      })
      answers.push(Buffer.from(await answer.arrayBuffer()))
    }
    answers.push(await streamed)
    await assertPaid(session.sessionGuid)
  }

  const assertPaid = async (sessionGuid: string) => {
    const path = `/globalpci/v1/session/${sessionGuid}`
    const ended = await eventually(async () => {
      const answer = await send(path, { headers: { authorization } })
      return answer.json.sessionState === 'Finished' && answer
    })
    assert.equal(ended.json.paymentResultData.paymentOutcome, 'approved')
    answers.push(Buffer.from(ended.text))
  }

  return { payByKeypad, payByLink }
}

/** Whether the first twelve digits of a card are there. All begin alike, so that one search goes through the content. */
function holdsCard(content: Buffer, cards: readonly Uint8Array[]): boolean {
  const beginnings = new Set(cards.map((card) => Buffer.from(card).toString('latin1', 0, 12)))
  const common = Buffer.from(cards[0] as Uint8Array).subarray(0, 7)
  for (let at = content.indexOf(common); at !== -1; at = content.indexOf(common, at + 1)) {
    if (beginnings.has(content.toString('latin1', at, at + 12))) return true
  }
  return false
}

/** The whole of an event stream, until the session's end closes it. */
async function listen(url: string, bearer: string): Promise<Buffer> {
  const answer = await fetch(url, { headers: { authorization: `Bearer ${bearer}` } })
  assert.equal(answer.status, 200)
  return Buffer.from(await answer.arrayBuffer())
}

async function heapSnapshot(): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of getHeapSnapshot()) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
