import assert from 'node:assert/strict'
import { execFile, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { systemClock } from '../server/src/base/clock.ts'
import { signWebhook } from '../server/src/base/signing/standard-webhooks.ts'
import { demoAccountName } from '../server/src/sandbox/demo-account.ts'
import { createSandboxClock } from '../server/src/sandbox/time/sandbox-clock.ts'
import { sharedBrowser } from '../server/test/harness/test-browser.ts'
import { eventually } from '../server/test/harness/test-eventually.ts'
import { freePort } from '../server/test/harness/test-free-port.ts'
import { startTestTonegate } from '../server/test/harness/test-tonegate.ts'

const browser = await sharedBrowser()
const root = fileURLToPath(new URL('..', import.meta.url))
const expiry = `12${String(new Date().getFullYear() + 3).slice(-2)}`
const secret = `whsec_${randomBytes(32).toString('base64')}`

const { NODE_TEST_CONTEXT: _, ...inherited } = process.env

/** Starts an example by its command, with the sandbox of a data folder; resolves when it says where it is. */
async function startExample(t: TestContext, name: string, folder: string, more: Record<string, string> = {}) {
  const port = more.PORT ?? String(await freePort())
  const env = { ...inherited, TONEGATE_DATA: folder, WEBHOOK_SECRET: secret, ...more, PORT: port }
  const child = spawn('npm', ['run', '--silent', 'example', name], {
    cwd: root,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  t.after(async () => {
    if (child.exitCode === null && child.pid) process.kill(-child.pid, 'SIGTERM')
    await ended
  })
  const lines: string[] = []
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => lines.push(line))
  }
  const address = `http://127.0.0.1:${port}`
  await eventually(async () => {
    assert.equal(child.exitCode, null, lines.join('\n'))
    return lines.some((line) => line.includes(address))
  })
  return { address, lines }
}

async function openPage(t: TestContext, address: string) {
  const context = await browser.newContext()
  t.after(() => context.close())
  const page = await context.newPage()
  await page.goto(address)
  return page
}

test('the express shop: a customer pays by the link, and is refunded', async (t) => {
  const { folder } = await startTestTonegate(t)
  const { address } = await startExample(t, 'express-shop', folder)
  const page = await openPage(t, address)
  await page.getByRole('button', { name: 'Order the book' }).click()
  const [payment] = await Promise.all([
    page.waitForEvent('popup'),
    page.getByRole('link', { name: 'Pay £12.40' }).click(),
  ])
  await payCard(payment)
  await page.getByText('Paid.').waitFor()
  await page.getByRole('button', { name: 'Refund' }).click()
  await page.getByText('The payment is refunded.').waitFor()
})

type Page = Awaited<ReturnType<typeof openPage>>

async function payCard(payment: Page): Promise<void> {
  await payment.getByLabel('Card number').fill('4111111111111111')
  await payment.getByLabel(/Expiry date/).fill(expiry)
  await payment.getByLabel(/Security code/).fill('123')
  await payment.getByRole('button', { name: /^Pay/ }).click()
  await payment.getByRole('heading', { name: /paid/i }).waitFor()
}

test('the agent desktop: the agent opens the view, and the caller pays', async (t) => {
  const { folder, post } = await startTestTonegate(t)
  const { address } = await startExample(t, 'agent-desktop', folder)
  const page = await openPage(t, address)
  await page.getByRole('button', { name: 'Take the payment' }).click()
  await page.getByText('not on a call').waitFor()
  const { callGuid } = (await post('/sandbox/calls', { agentId: 'agent12345' })).json
  await page.getByRole('button', { name: 'Take the payment' }).click()
  await page.frameLocator('iframe').getByText('Card number').first().waitFor()
  await post(`/sandbox/calls/${callGuid}/keys`, { keys: `4111111111111111#${expiry}#123#1` })
  await page.getByText('The payment: SUCCESS').waitFor()
})

test('the agent desktop opens nothing for another page', async (t) => {
  const { folder } = await startTestTonegate(t)
  const { address } = await startExample(t, 'agent-desktop', folder)
  const headers = { 'sec-fetch-site': 'cross-site' }
  assert.equal((await fetch(`${address}/payments`, { method: 'POST', headers })).status, 403)
})

const status = JSON.stringify({
  sessionGuid: '019bc0fd-89c0-70e9-806c-2ddd634d6363',
  sessionState: 'Finished',
  paymentResultData: { paymentOutcome: 'approved' },
})

function sendMessage(url: string, body = status) {
  const headers = signWebhook({
    id: 'msg-1',
    sentAt: Date.now(),
    body: Buffer.from(status),
    secrets: [secret],
  })
  return fetch(url, { method: 'POST', headers: { ...headers }, body })
}

test('the webhook receiver processes a message once, and believes no other', async (t) => {
  const { address, lines } = await startExample(t, 'webhook-receiver', '/nowhere')
  assert.equal((await sendMessage(address, status.replace('approved', 'declined'))).status, 400)
  assert.equal((await sendMessage(address)).status, 200)
  assert.equal((await sendMessage(address)).status, 200)
  assert.equal((await fetch(address, { method: 'POST', body: 'x'.repeat(2 ** 21) })).status, 400)
  const told = lines.filter((line) => line.includes('approved'))
  assert.deepEqual(told, ['019bc0fd-89c0-70e9-806c-2ddd634d6363 Finished approved'])
})

/** A Python that has FastAPI: Debian’s `python3-fastapi` is for its own. */
const python = ['python3', '/usr/bin/python3'].find(
  (each) => spawnSync(each, ['-c', 'import fastapi, uvicorn']).status === 0,
)
const withoutFastApi = 'FastAPI is not installed: apt-get install python3-fastapi python3-uvicorn'

const asking =
  (address: string) =>
  async (path: string, method = 'GET') => {
    const answer = await fetch(`${address}${path}`, { method })
    // biome-ignore lint/suspicious/noExplicitAny: looked at by assertions, member by member
    return { status: answer.status, json: (await answer.json()) as any }
  }

test('the FastAPI shop: ordered, paid, told by a webhook, refunded', {
  skip: python ? false : withoutFastApi,
}, async (t) => {
  const { folder, origin, send, token } = await startTestTonegate(t)
  const { address } = await startExample(t, 'fastapi-shop', folder, { PYTHON: python ?? '' })
  const ask = asking(address)
  const order = (await ask('/orders', 'POST')).json
  assert.equal((await ask(`/orders/${order.id}`)).json.outcome, null)
  assert.equal((await ask(`/orders/${order.id}/refund`, 'POST')).status, 409)
  assert.equal((await ask('/orders/none')).status, 404)
  const payment = await openPage(t, order.pay_at)
  await payCard(payment)
  await eventually(async () => (await ask(`/orders/${order.id}`)).json.outcome === 'approved')
  assert.equal((await sendMessage(`${address}/webhooks`)).status, 200)
  assert.equal((await sendMessage(`${address}/webhooks`, '{}')).status, 400)
  assert.equal((await ask(`/orders/${order.id}/refund`, 'POST')).json.status, 'refunded')
  const headers = { authorization: `Bearer ${await token()}` }
  const read = await send(`/globalpci/v1/session/${order.session}/payment`, { headers })
  assert.equal(read.json.refundedAmount, '12.40', origin)
})

/** A command of administration, with the data folder of a running sandbox. */
async function administer(folder: string, words: readonly string[], input = ''): Promise<string> {
  const env = { ...inherited, TONEGATE_DATA: folder, TONEGATE_REGIONS: 'nam' }
  const all = ['dist/tonegate.cjs', ...words, '--account', demoAccountName('nam')]
  const running = promisify(execFile)(process.execPath, all, { cwd: root, env })
  running.child.stdin?.end(input)
  return (await running).stdout
}

/** A signing secret as somebody makes it who sets up a webhook, and what has a configuration post to an address. */
async function createWebhook(folder: string) {
  const shown = await administer(folder, ['webhook', 'add-secret', 'orders-webhook'])
  const WEBHOOK_SECRET = /^secret +(whsec_\S+)$/m.exec(shown)?.[1] ?? assert.fail(shown)
  const events = ['session.progress', 'payment.refunded']
  return {
    WEBHOOK_SECRET,
    async sendTo(url: string, configuration: string) {
      const webhook = { url, signingSecret: 'orders-webhook', privateAddresses: 'allowed', events }
      const before = JSON.parse(await administer(folder, ['configuration', 'show', configuration]))
      await administer(folder, ['configuration', 'put', '-'], JSON.stringify({ ...before, webhook }))
    },
  }
}

test('the webhook receiver takes all that a configuration is told', async (t) => {
  const { folder, post, token } = await startTestTonegate(t)
  const { sendTo, ...secret } = await createWebhook(folder)
  const { address, lines } = await startExample(t, 'webhook-receiver', folder, secret)
  await sendTo(address, '10')
  assert.match(await administer(folder, ['webhook', 'test', '--configuration', '10']), /^Delivered /m)
  const paymentData = { Amount: '12.40', Currency: 'GBP' }
  const order = { agentId: 'agent1', accountConfigurationId: 10, skipCallTransfer: true, paymentData }
  const authorization = `Bearer ${await token()}`
  const { sessionGuid } = (await post('/globalpci/v1/session', order, { authorization })).json
  await eventually(() => lines.includes(`${sessionGuid} Finished approved`))
  await post(`/globalpci/v1/session/${sessionGuid}/refund`, {}, { authorization })
  const logged = () => administer(folder, ['webhook', 'log', '--session', sessionGuid])
  await eventually(async () => /payment\.refunded.* delivered/.test(await logged()))
  assert.doesNotMatch(await logged(), /failed|waiting/)
  assert.deepEqual(lines.slice(2), [`${sessionGuid} Finished approved`])
})

test('the FastAPI shop takes all that a configuration is told', {
  skip: python ? false : withoutFastApi,
}, async (t) => {
  const { folder } = await startTestTonegate(t)
  const { sendTo, ...secret } = await createWebhook(folder)
  const more = { ...secret, PYTHON: python ?? '' }
  const { address, lines } = await startExample(t, 'fastapi-shop', folder, more)
  await sendTo(`${address}/webhooks`, '0')
  const ask = asking(address)
  const { json: order } = await ask('/orders', 'POST')
  await payCard(await openPage(t, order.pay_at))
  const received = () => lines.filter((line) => line.includes('POST /webhooks'))
  await eventually(() => received().length > 2)
  await eventually(async () => (await ask(`/orders/${order.id}`)).json.outcome === 'approved')
  const before = received().length
  assert.equal((await ask(`/orders/${order.id}/refund`, 'POST')).json.status, 'refunded')
  await eventually(() => received().length > before)
  assert.deepEqual(
    received().filter((line) => !line.includes(' 200 ')),
    [],
  )
})

test('the webhook receiver believes what `listen` forwards', async (t) => {
  const { origin, post } = await startTestTonegate(t, { clock: createSandboxClock(systemClock) })
  const port = String(await freePort())
  const words = ['dist/tonegate.cjs', 'listen', '--url', origin, '--forward', `http://127.0.0.1:${port}`]
  const listen = spawn(process.execPath, words, { cwd: root, env: inherited })
  const ended = once(listen, 'exit')
  t.after(async () => {
    listen.kill('SIGINT')
    await ended
  })
  let shown = ''
  for (const output of [listen.stdout, listen.stderr]) output.on('data', (text) => (shown += text))
  const given = await eventually(() => /whsec_\S+/.exec(shown)?.[0])
  const { lines } = await startExample(t, 'webhook-receiver', '/nowhere', {
    WEBHOOK_SECRET: given,
    PORT: port,
  })
  const { json } = await post('/sandbox/scenarios/declined:insufficient-funds', {})
  await eventually(() => lines.includes(`${json.sessionGuid} Finished declined`))
  assert.doesNotMatch(shown, /✗/)
})

test('without a sandbox, or a secret, an example says what to do', () => {
  const env = { ...inherited, TONEGATE_DATA: '/nowhere', TONEGATE_URL: '' }
  const started = (name: string, more = {}) =>
    spawnSync('npm', ['run', '--silent', 'example', name], {
      cwd: root,
      env: { ...env, ...more },
      encoding: 'utf8',
    })
  const shop = started('express-shop')
  assert.deepEqual(
    [shop.status, shop.stderr],
    [1, 'No sandbox was found. Start it first, in another terminal: npm start\n'],
  )
  const receiver = started('webhook-receiver', { WEBHOOK_SECRET: '' })
  assert.match(receiver.stderr, /^WEBHOOK_SECRET is missing: /)
  assert.match(started('nothing').stderr, /^Which example\? npm run example express-shop \|/)
})
