import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { passesLuhn } from '@tonegate/protocol/card/luhn'
import { demoAccountName } from '../src/sandbox/demo-account.ts'
import {
  connectorSecret,
  startConnectorDouble,
} from '../src/vault/gateways/connector/double/test-connector.ts'
import { testCertificate } from './harness/test-certificate.ts'
import { memoryCanBeRead } from './harness/test-memory.ts'
import { startWatchedTonegate } from './harness/test-watched-tonegate.ts'

const options = { skip: !memoryCanBeRead && 'only Linux shows a process the memory of its children' }
const formType = 'application/x-www-form-urlencoded'
const soon = `12${String(new Date().getFullYear() + 3).slice(-2)}`
const code = '847'

type Watched = Awaited<ReturnType<typeof startWatchedTonegate>>

/** Looks again until it is so, as long as the test may take: how busy the machine is says nothing. */
async function until<Value>(look: () => Promise<Value>): Promise<Exclude<Value, false>> {
  for (;;) {
    const value = await look()
    if (value !== false) return value as Exclude<Value, false>
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Card numbers in whose digits nothing repeats, each found apart from the others. */
function cardNumbers(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => {
    const body = `4929${String(730_516_284_903 + index * 48_170_963).slice(0, 11)}`
    const check = [...'0123456789'].find((digit) => passesLuhn(Buffer.from(body + digit)))
    return body + check
  })
}

/**
 * What is found of cards: eight digits of a number that follow one another, but for the first eight, which name its
 * issuer; and the security code beside what it is sent with.
 */
function foundOf(cards: readonly string[], { search }: Pick<Watched, 'search'>): readonly string[] {
  const parts = new Map<string, string>()
  for (const [index, pan] of cards.entries()) {
    for (let at = 1; at + 8 <= pan.length; at += 1) parts.set(pan.slice(at, at + 8), `card ${index}`)
  }
  const besides = [`securityCode=${code}`, `securityCode":"${code}`, `${soon}#${code}`, `${soon}${code}`]
  const found = new Set<string>()
  for (const text of search({ texts: besides, digits: true })) {
    if (besides.includes(text)) found.add(text)
    for (let at = 0; at + 8 <= text.length; at += 1) found.add(parts.get(text.slice(at, at + 8)) ?? '')
  }
  return [...found].filter((text) => text !== '')
}

async function tokenOf({ region }: Watched, clientName = 'backend'): Promise<string> {
  const client = region.clients.find(({ name }) => name === clientName)
  const answer = await fetch(region.tokenUrl, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope: 'globalpci',
      client_id: client?.clientId ?? '',
      client_secret: client?.clientSecret ?? '',
    }),
  })
  return ((await answer.json()) as { readonly access_token: string }).access_token
}

async function startPayments(t: TestContext, environment: Readonly<Record<string, string>> = {}) {
  const watched = await startWatchedTonegate(t, environment)
  const { origin, region } = watched
  const headers = { authorization: `Bearer ${await tokenOf(watched)}`, 'content-type': 'application/json' }
  const post = async (url: string, body: object | string, more: Readonly<Record<string, string>> = {}) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const answer = await fetch(url, { method: 'POST', headers: { ...headers, ...more }, body: text })
    return { status: answer.status, json: (await answer.json().catch(() => ({}))) as Record<string, string> }
  }
  const open = async (kind: 'session' | 'digitalsession', agentId: string, accountConfigurationId = 0) => {
    const body = { agentId, paymentData: { Amount: '12.40' }, accountConfigurationId }
    const { status, json } = await post(`${region.apiUrl}/v1/${kind}`, body)
    assert.equal(status, 200)
    return json
  }
  const outcomeOf = ({ sessionGuid }: Record<string, string>) =>
    until(async () => {
      const answer = await fetch(`${region.apiUrl}/v1/session/${sessionGuid}`, { headers })
      const { sessionState, paymentResultData } = (await answer.json()) as {
        readonly sessionState: string
        readonly paymentResultData: { readonly paymentOutcome: string }
      }
      return sessionState === 'Finished' && paymentResultData.paymentOutcome
    })
  const press = (callGuid: string | undefined, body: object | string) =>
    post(`${origin}/sandbox/calls/${callGuid}/keys`, body)
  const pay = (url: string, body: string, more: Readonly<Record<string, string>> = {}) =>
    fetch(url, { method: 'POST', redirect: 'manual', headers: { 'content-type': formType, ...more }, body })
  return { ...watched, post, open, outcomeOf, press, pay }
}

type Payments = Awaited<ReturnType<typeof startPayments>>

const formOf = (pan: string, expiry = soon) => `cardNumber=${pan}&expiry=${expiry}&securityCode=${code}`

/** Sends a request as it is written, and waits for whatever comes back, or for its end. */
async function sendRaw(origin: string, request: string): Promise<string> {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1')
  socket.write(request)
  const [first] = (await Promise.race([once(socket, 'data'), once(socket, 'close')])) as [Buffer?]
  socket.destroy()
  return String(first ?? '')
}

test(
  'when a card has been paid with, or refused, nothing of it is in the memory of the process',
  options,
  async (t) => {
    const payments = await startPayments(t)
    const { origin, open, outcomeOf, pay, search } = payments
    const cards = cardNumbers(24)
    let used = 0
    const nextCard = () => cards[used++] ?? assert.fail('too few cards')
    const host = `host: ${new URL(origin).host}\r\n`

    const [shown, byForm, byScript, inPieces] = [nextCard(), nextCard(), nextCard(), nextCard()]
    const first = await open('digitalsession', 'agent1')
    const url = first.paymentFormUrl ?? ''
    const { pathname } = new URL(url)

    // The search sees what is there: a body of which the end has not come.
    const head = `POST ${pathname} HTTP/1.1\r\n${host}content-type: ${formType}\r\n`
    const socket = connect(Number(new URL(origin).port), '127.0.0.1')
    socket.write(`${head}content-length: 500\r\n\r\n${formOf(shown)}`)
    await until(async () => search({ texts: [shown] }).size > 0)
    socket.destroy()

    assert.equal((await pay(url, formOf(byForm, '1320'))).status, 303)
    assert.equal((await pay(url, formOf(byForm))).status, 303)
    assert.equal(await outcomeOf(first), 'approved')
    const second = await open('digitalsession', 'agent2')
    const scripted = await pay(second.paymentFormUrl ?? '', formOf(byScript), { accept: 'application/json' })
    assert.deepEqual(await scripted.json(), { kind: 'done' })
    const third = await open('digitalsession', 'agent3')
    const chunks = formOf(inPieces).match(/.{1,7}/g) ?? []
    const chunked = chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('')
    const thirdHead = head.replace(pathname, new URL(third.paymentFormUrl ?? '').pathname)
    const answered = await sendRaw(
      origin,
      `${thirdHead}transfer-encoding: chunked\r\n\r\n${chunked}0\r\n\r\n`,
    )
    assert.match(answered, /^HTTP\/1\.1 303 /)
    assert.equal(await outcomeOf(third), 'approved')

    const refused = await open('digitalsession', 'agent4')
    const formUrl = refused.paymentFormUrl ?? ''
    const refusals = refusedWays(payments, { head, host, formUrl, ended: url })
    for (const [what, send] of Object.entries(refusals)) {
      const status = await send(nextCard())
      assert.ok(status >= 400 || refusals200.has(what), `${what}: ${status}`)
    }

    await payByKeys(payments, nextCard)

    const names = [
      'not sent',
      'by form',
      'by script',
      'in pieces',
      ...Object.keys(refusals),
      'keys',
      'keys again',
    ]
    assert.deepEqual(foundOf(cards.slice(0, used), { search }), [], JSON.stringify(names.entries().toArray()))
  },
)

/**
 * Ways to send a card by which nobody takes it.
 *
 * @param head of a form's request, as it is written.
 * @param ended the page of a link that has been paid by.
 */
function refusedWays(
  { origin, pay, post, search }: Payments,
  {
    head,
    host,
    formUrl,
    ended,
  }: { readonly head: string; readonly host: string; readonly formUrl: string; readonly ended: string },
): Readonly<Record<string, (pan: string) => Promise<number>>> {
  const json = (pan: string) => JSON.stringify({ cardNumber: pan, expiry: soon, securityCode: code })
  return {
    'as JSON': async (pan) => (await post(formUrl, json(pan))).status,
    'as plain text': async (pan) =>
      (await pay(formUrl, formOf(pan), { 'content-type': 'text/plain' })).status,
    'of no type': async (pan) => {
      const request = head.replace(/content-type.*\r\n/, '')
      const body = formOf(pan)
      return statusOf(await sendRaw(origin, `${request}content-length: ${body.length}\r\n\r\n${body}`))
    },
    'too long': async (pan) => (await pay(formUrl, `${formOf(pan)}&x=${'y'.repeat(100_000)}`)).status,
    'longer than a form may be': async (pan) =>
      (await pay(formUrl, `${formOf(pan)}&x=${'y'.repeat(20_000)}`)).status,
    'no UTF-8': async (pan) => (await pay(formUrl, `${formOf(pan)}&x=%ff`)).status,
    'a field twice': async (pan) => (await pay(formUrl, `${formOf(pan)}&${formOf(pan)}`)).status,
    'to a link of nobody': async (pan) => (await pay(formUrl.replace(/.$/, ''), formOf(pan))).status,
    'to a link that has ended': async (pan) => (await pay(ended, formOf(pan))).status,
    'to no address': async (pan) => (await pay(`${origin}/nowhere`, formOf(pan))).status,
    'as JSON to no address': async (pan) => (await post(`${origin}/nowhere`, json(pan))).status,
    'by PUT': async (pan) =>
      (await fetch(formUrl, { method: 'PUT', body: formOf(pan), headers: { 'content-type': formType } }))
        .status,
    'where nobody reads': async (pan) => (await pay(`${origin}/readyz`, formOf(pan))).status,
    'with GET': async (pan) => {
      const body = formOf(pan)
      const request = head.replace('POST', 'GET')
      return statusOf(await sendRaw(origin, `${request}content-length: ${body.length}\r\n\r\n${body}`))
    },
    'that is no HTTP': async (pan) => statusOf(await sendRaw(origin, `${formOf(pan)}\r\n\r\n`)),
    'whose end never comes': async (pan) => {
      const socket = connect(Number(new URL(origin).port), '127.0.0.1')
      await new Promise<void>((resolve) => {
        socket.write(`${head}content-length: 500\r\n\r\n${formOf(pan)}`, () => resolve())
      })
      await until(async () => search({ texts: [pan] }).size > 0)
      socket.destroy()
      return 400
    },
    'behind another request': async (pan) => {
      const body = formOf(pan)
      const request = `${head}content-length: ${body.length}\r\n\r\n${body}`
      return statusOf(await sendRaw(origin, `GET /nowhere HTTP/1.1\r\n${host}\r\n${request}`))
    },
  }
}

/** By telephone: with all keys at once, and one by one after keys that were no right ones. */
async function payByKeys(
  { origin, open, outcomeOf, press, post }: Payments,
  nextCard: () => string,
): Promise<void> {
  for (const [index, kind] of (['once', 'key by key'] as const).entries()) {
    const pan = nextCard()
    const { callGuid } = (await post(`${origin}/sandbox/calls`, { agentId: `caller${index}` })).json
    const session = await open('session', `caller${index}`)
    const keys = `${pan}#${soon}#${code}`
    if (kind === 'once') assert.equal((await press(callGuid, { keys: `${keys}#1` })).json.heardBy, 'listener')
    else {
      for (const wrong of [
        { keys: `${pan}x` },
        `{"keys":"${pan}"`,
        { keys: [pan] },
        { keys, gapMilliseconds: -1 },
      ]) {
        assert.equal((await press(callGuid, wrong)).status, 400)
      }
      const escaped = keys.replaceAll('9', '\\u0039')
      assert.equal((await press(callGuid, `{"keys":"${escaped}#1","gapMilliseconds":1}`)).status, 200)
    }
    assert.equal(await outcomeOf(session), 'approved')
  }
}

const refusals200 = new Set(['to a link that has ended', 'where nobody reads', 'with GET', 'as JSON'])
const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0)

test(
  'when a gateway has been asked over http and https, nothing of the card is in the memory of the process',
  options,
  async (t) => {
    const now = Date.now()
    const tls = testCertificate({ from: now - 86_400_000, until: now + 86_400_000 })
    const folder = mkdtempSync(join(tmpdir(), 'tonegate-certificate-'))
    t.after(() => rmSync(folder, { recursive: true }))
    writeFileSync(join(folder, 'ca.pem'), tls.cert)
    const { admin, open, outcomeOf, pay, search } = await startPayments(t, {
      NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'),
    })
    const doubles = [
      await startConnectorDouble({ repeats: 'last-4' }),
      await startConnectorDouble({ tls, repeats: 'last-4' }),
    ] as const
    t.after(() => Promise.all(doubles.map((double) => double.close())))
    const account = ['--account', demoAccountName('nam')]
    for (const [index, { url }] of doubles.entries()) {
      const settings = JSON.stringify({ url: `${url}/tonegate`, secrets: [connectorSecret] })
      await admin(['gateway', 'put', `double-${index}`, ...account, '--kind', 'connector'], settings)
      const flow = {
        gateway: `double-${index}`,
        merchantName: 'Harbour Street Books',
        gatewayTimeoutSeconds: 60,
        frameAncestors: ['https://desktop.example.com'],
      }
      const configuration = {
        id: 20 + index,
        name: 'Double',
        resultTemplate: 'cybersource',
        defaultCurrency: 'USD',
        flow,
      }
      await admin(['configuration', 'put', '-', ...account], JSON.stringify(configuration))
    }

    const cards = cardNumbers(4)
    for (const [index, pan] of cards.entries()) {
      const double = doubles[index % 2] ?? assert.fail()
      const session = await open('digitalsession', `agent${index}`, 20 + (index % 2))
      if (index < 2) double.misbehave('late', { of: /authorise/ })
      const paying = pay(session.paymentFormUrl ?? '', formOf(pan))
      if (index < 2) {
        await until(async () => double.asked.length > 0)
        // While the gateway is asked its card is there, in the fields and in the body that is sent.
        assert.equal(search({ texts: [pan] }).size, 1)
        double.answerLate()
      }
      assert.equal((await paying).status, 303)
      assert.equal(await outcomeOf(session), 'approved')
    }
    const names = ['http, late', 'https, late', 'http again', 'https again']
    assert.deepEqual(foundOf(cards, { search }), [], names.join(', '))
  },
)
