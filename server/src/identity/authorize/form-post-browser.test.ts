import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { sharedBrowser } from '../../../test/harness/test-browser.ts'
import { createLog } from '../../base/log.ts'
import { createHttp } from '../../http/http.ts'
import type { Client } from '../clients/known-clients.ts'
import { nam } from '../test-identity.ts'
import { createAuthorizationResponses } from './authorization-response.ts'

const browser = await sharedBrowser()

/** A client's site that keeps what is posted to it, and a page of ours that posts to it. */
async function startSites(t: TestContext) {
  const posted: URLSearchParams[] = []
  const site = createServer(async (request, response) => {
    posted.push(new URLSearchParams(await text(request)))
    response.end('welcome back')
  })
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    site.closeAllConnections()
    site.close()
  })
  const redirectUri = `http://127.0.0.1:${(site.address() as AddressInfo).port}/cb`
  const app = createHttp({ region: nam, log: createLog('silent'), proxy: 'none' })
  t.after(() => app.close())
  const answerClient = createAuthorizationResponses(nam, '/assets/pages.css')
  const target = { client: {} as Client, redirectUri, state: 'ü"<&', uiLocales: undefined }
  app.get('/', (_request, reply) =>
    answerClient(reply, { ...target, responseMode: 'form_post' }, { code: 'c' }),
  )
  return { posted, url: await app.listen({ host: '127.0.0.1', port: 0 }) }
}

const expected = [
  ['code', 'c'],
  ['state', 'ü"<&'],
  ['iss', nam.issuer],
]

for (const javaScriptEnabled of [true, false]) {
  test(`a browser posts the answer to the client, JavaScript ${javaScriptEnabled ? 'on' : 'off'}`, async (t) => {
    const { posted, url } = await startSites(t)
    const context = await browser.newContext({ javaScriptEnabled })
    t.after(() => context.close())
    const page = await context.newPage()
    await page.goto(url)
    if (!javaScriptEnabled) await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByText('welcome back').waitFor()
    assert.deepEqual(
      posted.filter((form) => form.size > 0).map((form) => [...form]),
      [expected],
    )
  })
}
