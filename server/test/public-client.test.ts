import assert from 'node:assert/strict'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { en } from '../../web/src/agent-view/texts/en.ts'
import { startBrowser } from './harness/test-browser.ts'
import { startTestTonegate } from './harness/test-tonegate.ts'

/** A till as shops have it that take payments with a hosted provider: of Tonegate it knows a host, and nothing else. */
async function startTill(t: TestContext, host: string, provider: Readonly<Record<string, string | number>>) {
  const pages = new Map<string, string>()
  const callbacks: { contentType: string; body: string }[] = []
  let told: () => void = () => {}
  const server = createServer(async (request, response) => {
    if (request.method === 'POST' && request.url === '/payment/callback') {
      callbacks.push({
        contentType: request.headers['content-type'] ?? '',
        body: await textOf(request),
      })
      response.writeHead(204).end()
      told()
      return
    }
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(pages.get(request.url ?? '') ?? '')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const shop = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    shop,
    callbacks,
    async token(): Promise<{ access_token: string; refresh_token: string }> {
      const form = new URLSearchParams()
      form.append('grant_type', 'client_credentials')
      form.append('tenantname', String(provider.tenantname))
      form.append('username', String(provider.username))
      form.append('client_id', String(provider.clientId))
      form.append('client_secret', String(provider.clientSecret))
      return (await fetch(`${host}/api/v1/token`, { method: 'POST', body: form })).json() as never
    },
    async launch(accessToken: string, request: object): Promise<{ Id: string; LinkId: string }> {
      const answer = await fetch(`${host}/api/v1/session/${provider.tenant}/launch`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${accessToken}` },
        body: JSON.stringify(request),
      })
      assert.equal(answer.status, 200)
      return (await answer.json()) as never
    },
    /** Puts the agent's page on a page of the till's, as it does: a form that is sent into a frame. */
    showPayment(id: string, accessToken: string, refreshToken: string): string {
      pages.set(
        '/desk',
        `<html><body>
<iframe name="payment" width="420" height="760"></iframe>
<form id="open" method="post" target="payment" action="${host}/session/${provider.tenant}/view/${id}/framed">
<input type="hidden" name="X-BEARER-TOKEN" value="${accessToken}">
<input type="hidden" name="X-REFRESH-TOKEN" value="${refreshToken}">
</form>
<script>document.getElementById('open').submit()</script>
</body></html>`,
      )
      return `${shop}/desk`
    },
    async callback() {
      if (callbacks.length === 0) await new Promise<void>((resolve) => (told = resolve))
      return callbacks[0]
    },
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const part of request) text += part
  return text
}

test('a public client’s sequence of calls, with only its host changed, ends in its form callback', async (t) => {
  const { tonegate, origin, post } = await startTestTonegate(t)
  const provider = tonegate.sandbox?.regions.nam?.provider
  assert.ok(provider)
  const { flows: _, ...settings } = provider
  const till = await startTill(t, origin, settings)

  const tokens = await till.token()
  const { Id, LinkId } = await till.launch(tokens.access_token, {
    FlowId: '695',
    InitialValues: {
      amount: '55000',
      callbackURL: `${till.shop}/payment/callback`,
      returnURL: `${till.shop}/done`,
      orderId: '2026-1611244599731',
      currencyCode: 'GBP',
    },
  })
  assert.match(Id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  assert.match(LinkId, /^\d{9}$/)

  const browser = await startBrowser()
  t.after(() => browser.close())
  const page = await browser.newPage()
  await page.goto(till.showPayment(Id, tokens.access_token, tokens.refresh_token))
  const view = page.frameLocator('iframe')
  await view.getByText('£550.00').waitFor()

  const expiry = `12${String(new Date().getFullYear() + 3).slice(-2)}`
  await post(`/sandbox/sessions/${Id}/keys`, { keys: '4111' })
  await view.getByText(en.standing.typing.pan).waitFor()
  await post(`/sandbox/sessions/${Id}/keys`, { keys: `111111111111#${expiry}#123#` })
  await view.getByRole('button', { name: en.takePayment }).click()

  const { contentType, body } = (await till.callback()) ?? { contentType: '', body: '' }
  assert.equal(contentType, 'application/x-www-form-urlencoded')
  const told = Object.fromEntries(new URLSearchParams(body))
  assert.equal(told.transactionResult, 'SUCCESS')
  assert.equal(told.orderReference, '2026-1611244599731')
  assert.equal(told.orderAmount, '55000')
  assert.equal(told.orderCurrency, 'GBP')
  assert.equal(told.cardLast4, '1111')
  assert.equal(told.cardType, 'visa')
  assert.equal(told.cardExpiry, expiry)
  assert.equal(told.ppCallID, Id)
  assert.match(told.transactionID ?? '', /./)
  assert.match(told.transactionAuthCode ?? '', /./)
  assert.doesNotMatch(body, /4111/)

  await view.getByRole('heading', { name: 'Paid' }).waitFor()
  const returned = page.waitForEvent('framenavigated', (frame) => frame.url() === `${till.shop}/done`)
  await view.getByRole('link', { name: en.finish }).click()
  await returned
})
