import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sharedBrowser } from './harness/test-browser.ts'
import { startTestTonegate } from './harness/test-tonegate.ts'

const browser = await sharedBrowser()

test('every page fits 320 pixels beside a scroll bar, and its policy lets its icon through', async (t) => {
  const context = await browser.newContext({ viewport: { width: 305, height: 700 } })
  t.after(() => context.close())
  const { origin, post, token, tonegate } = await startTestTonegate(t)
  const region = tonegate.sandbox?.regions[tonegate.sandbox.default]
  const client = region?.clients.find(({ flows }) => flows.includes('authorization_code'))
  const authorization = { authorization: `Bearer ${await token()}` }
  const order = {
    agentId: region?.users.find(({ agentId }) => agentId !== null)?.agentId,
    paymentData: { Amount: '12.40', Currency: 'GBP' },
  }
  const { json } = await post('/globalpci/v1/digitalsession', order, authorization)
  const signIn = new URLSearchParams({
    response_type: 'code',
    scope: 'globalpci',
    client_id: client?.clientId ?? '',
    redirect_uri: client?.redirectUris[0] ?? '',
    code_challenge_method: 'S256',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (/Content.Security.Policy|favicon/i.test(message.text())) complaints.push(message.text())
  })
  for (const path of [
    '/sandbox',
    '/sandbox/outbox',
    '/sandbox/reference',
    '/globalpci/errors',
    new URL(json.paymentFormUrl).pathname,
    new URL(json.iframeUrl).pathname,
    `/auth/connect/authorize?${signIn}`,
    '/auth/connect/authorize',
    '/pay/none/none',
  ]) {
    await page.goto(`${origin}${path}`)
    assert.equal(await page.locator('body').count(), 1)
    const width = Number(await page.evaluate('document.scrollingElement.scrollWidth'))
    assert.ok(width <= 305, `${path} is ${width} pixels wide`)
  }
  assert.deepEqual(complaints, [])
})
