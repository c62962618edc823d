import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { stripTypeScriptTypes } from 'node:module'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { brandNames } from '@tonegate/protocol/card/brand'
import { readConfiguration } from '../server/src/payments/configurations/read-configuration.ts'
import { startBrowser } from '../server/test/harness/test-browser.ts'
import { eventually } from '../server/test/harness/test-eventually.ts'
import { startTestTonegate } from '../server/test/harness/test-tonegate.ts'
import { en } from '../web/src/agent-view/texts/en.ts'

const text = readFileSync(new URL('embedding.md', import.meta.url), 'utf8')

/** The code blocks in one language. */
const blocks = (language: string) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    ([, code = '']) => code,
  )

const order = { Amount: '12.40', Currency: 'GBP', MerchantReferenceCode: 'order-1001' }
const expiry = `12${String(new Date().getFullYear() + 3).slice(-2)}`

/** A session on a call, in a sandbox. */
async function startSession(t: TestContext) {
  const { post, token } = await startTestTonegate(t)
  const authorization = `Bearer ${await token()}`
  const call = (await post('/sandbox/calls', { agentId: 'agent12345' })).json
  const body = { agentId: 'agent12345', paymentData: order }
  const session = (await post('/globalpci/v1/session', body, { authorization })).json
  const press = (keys: string) => post(`/sandbox/calls/${call.callGuid}/keys`, { keys })
  return { session, press }
}

/** A desktop of one page, and a browser to look at it. */
async function startDesktop(t: TestContext) {
  const { session, press } = await startSession(t)
  const [hostPage = ''] = blocks('html')
  const served = hostPage.replace(/\{\{(\w+)\}\}/g, (place, name: string) => session[name] ?? place)
  assert.doesNotMatch(served, /\{\{/)
  const { address, browser, page } = await serve(t, () => ['text/html', served])
  await page.addInitScript(
    'globalThis.messages = []; addEventListener("message", ({ data }) => globalThis.messages.push(data))',
  )
  await page.goto(address)
  return { page, browser, session, press }
}

/** Serves what a path is answered with, type and text, to a browser. */
async function serve(t: TestContext, answer: (path: string) => readonly [type: string, text: string]) {
  const server = createServer((request, response) => {
    const [type, text] = answer(request.url ?? '/')
    response.setHeader('content-type', `${type}; charset=utf-8`).end(text)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const browser = await startBrowser()
  t.after(async () => {
    await browser.close()
    server.close()
  })
  const address = `http://localhost:${(server.address() as AddressInfo).port}`
  return { address, browser, page: await browser.newPage() }
}

type Page = Awaited<ReturnType<typeof startDesktop>>['page']

async function messagesOf(page: Page) {
  // biome-ignore lint/suspicious/noExplicitAny: messages are looked at by assertions, member by member
  return JSON.parse(String(await page.evaluate('JSON.stringify(globalThis.messages)'))) as any[]
}

test('the host page shows the view and hears both kinds of messages, of the shape that the page describes', async (t) => {
  const { page, session, press } = await startDesktop(t)
  const view = page.frameLocator('iframe')
  await view.getByText(/^Please key in your card number/).waitFor()
  await press('4111')
  await view.getByText(en.standing.typing.pan).waitFor()
  await page.getByText('Session: capturing').waitFor()
  await press(`111111111111#${expiry}#123#1`)
  await view.getByRole('heading', { name: 'Paid' }).waitFor()
  await page.getByText('Result: SUCCESS').waitFor()
  await page.getByText('Session: ended').waitFor()

  const messages = await messagesOf(page)
  const [, stateBlock = '', resultBlock = ''] = blocks('json')
  const typing = messages.find(({ state }) => state?.fields.pan.digits === 4)
  const described = JSON.parse(stateBlock)
  assert.equal(typing.session, session.providerSessionGuid)
  const { endsAt, ...state } = typing.state
  const { endsAt: describedEnd, ...describedState } = described.state
  assert.deepEqual(state, describedState)
  assert.equal(typeof endsAt, typeof describedEnd)

  const { VariableData } = messages.at(-1)
  const describedData = JSON.parse(resultBlock).VariableData
  assert.match(VariableData.transactionAuthCode.Value, /^\w+$/)
  assert.deepEqual({ ...VariableData, transactionAuthCode: describedData.transactionAuthCode }, describedData)
  const rows = text.slice(text.indexOf('| name '), text.indexOf('Unknown values are left out'))
  const named = [...rows.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name)
  assert.deepEqual(named, Object.keys(VariableData))
})

test('the members that the page says a configuration may have are those of one', () => {
  const [pages = '{}', , , names = '{}', ...more] = blocks('json')
  assert.deepEqual(more, [])
  const flow = {
    ...{ gateway: 'sandbox', merchantName: 'Harbour Street Books' },
    ...JSON.parse(pages).flow,
    ...JSON.parse(names).flow,
  }
  const written = { id: 0, name: 'Desk', resultTemplate: 'cybersource', defaultCurrency: 'GBP', flow }
  const read = readConfiguration(written, brandNames)
  assert.ok('configuration' in read, JSON.stringify(read))
  assert.equal(Object.keys(read.configuration.flow.resultMessage ?? {}).length, 3)
})

test('a window of its own tells the window that opened it', async (t) => {
  const { page, press } = await startDesktop(t)
  await page.frameLocator('iframe').getByText(en.standing.asked.pan).waitFor()
  const opened = page.waitForEvent('popup')
  await page.getByRole('button', { name: 'In a window of its own' }).click()
  const popUp = await opened
  await popUp.getByText(en.standing.asked.pan).waitFor()
  await page.evaluate('document.querySelector("iframe").remove(); globalThis.messages.length = 0')
  await press(`4111111111111111#${expiry}#123#1`)
  await popUp.getByRole('heading', { name: 'Paid' }).waitFor()
  await page.getByText('Result: SUCCESS').waitFor()
  const messages = await messagesOf(page)
  assert.equal(messages.filter(({ VariableData }) => VariableData).length, 1)
})

test('an embedded browser opens the view with the headers of the page', async (t) => {
  const { session, browser } = await startDesktop(t)
  const [request = ''] = blocks('http')
  const headers = Object.fromEntries(
    [...request.matchAll(/^([\w-]+): \{\{(\w+)\}\}$/gm)].map(([, name = '', member = '']) => [
      name,
      session[member],
    ]),
  )
  assert.equal(Object.keys(headers).length, 2)
  const embedded = await browser.newPage()
  await embedded.route('**/framed', (route) =>
    route.continue({ headers: { ...route.request().headers(), ...headers } }),
  )
  await embedded.goto(session.iframeUrl)
  await embedded.getByText(en.standing.asked.pan).waitFor()
  await eventually(async () => Number(await embedded.evaluate('sessionStorage.length')) === 1)
  assert.deepEqual(await embedded.evaluate('Object.keys(sessionStorage)'), [session.providerSessionGuid])
})

test('the helper opens the view, and hands out its messages', async (t) => {
  const { session, press } = await startSession(t)
  const [code = ''] = blocks('ts')
  const script = (source: string) => ['text/javascript', stripTypeScriptTypes(source)] as const
  const desktop = `<!doctype html><html lang="en"><title>Desktop</title>
<script type="importmap">{"imports": {"@tonegate/client": "/client/agent-view.ts"}}</script>
<iframe title="Card payment"></iframe><output id="state"></output><output id="result"></output>
<script type="module" src="/desktop.ts"></script>`
  const { address, page } = await serve(t, (path) => {
    if (path === '/open-payment') return ['application/json', JSON.stringify(session)]
    if (path === '/desktop.ts') return script(code)
    const [, file] = /^\/client\/([\w-]+\.ts)$/.exec(path) ?? []
    if (!file) return ['text/html', desktop]
    return script(readFileSync(new URL(`../client/src/${file}`, import.meta.url), 'utf8'))
  })
  await page.goto(address)
  await page.frameLocator('iframe').getByText(en.standing.asked.pan).waitFor()
  await press('4111')
  await page.getByText('4 digits of the card number').waitFor()
  await press(`111111111111#${expiry}#123#1`)
  await page.locator('#result', { hasText: 'SUCCESS' }).waitFor()
  await page.frameLocator('iframe').getByRole('heading', { name: 'Paid' }).waitFor()
})
