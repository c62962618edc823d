import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { type TestContext, test } from 'node:test'
import { sharedBrowser } from '../../../test/harness/test-browser.ts'
import type { ChallengeAnswer } from '../model/gateway.ts'
import { approval, testGateway } from '../test-vault.ts'
import {
  complaintsOf,
  heading,
  openPhone,
  payButton,
  startPaymentSite,
  typeCard,
} from './test-payment-page.ts'

const browser = await sharedBrowser()

/** A bank on another site: its page sends the customer back with an answer when a button is pressed. */
async function startBank(t: TestContext, method: 'get' | 'post', returnUrl: () => string) {
  const asked: string[] = []
  const bank = createServer((request, response) => {
    request.setEncoding('utf8')
    request.on('data', (form: string) => asked.push(form))
    request.on('end', () => {
      if (request.method === 'GET') asked.push(request.url?.split('?')[1] ?? '')
      response.setHeader('content-type', 'text/html; charset=utf-8')
      response.end(`<!doctype html><html lang="en"><title>Bank</title><form method="${method}" action="${returnUrl()}">
<input type="hidden" name="cres" value="answer"><button>Yes, it is me</button></form>`)
    })
  })
  await new Promise<void>((resolve) => bank.listen(0, '127.0.0.1', resolve))
  t.after(() => void bank.close())
  const address = bank.address()
  return { asked, url: `http://localhost:${typeof address === 'object' ? address?.port : ''}/acs` }
}

async function open(t: TestContext, method: 'get' | 'post' = 'post') {
  let returnUrl = ''
  const bank = await startBank(t, method, () => returnUrl)
  const completions: ChallengeAnswer[] = []
  const gateway = {
    ...testGateway({
      answers: async () => ({
        status: 'challenge',
        challenge: { url: bank.url, method, fields: { creq: 'question', submit: 'x', target: 'y' } },
      }),
    }),
    async completeChallenge({ answer }: { readonly answer: ChallengeAnswer }) {
      completions.push(answer)
      return answer === 'abandoned'
        ? ({ status: 'declined', reason: 'authentication-failed' } as const)
        : approval
    },
  }
  const started = await startPaymentSite(t, { gateway, flow: { challengeSeconds: 300 } })
  returnUrl = `${started.url}/challenge`
  const page = await openPhone(t, browser)
  const complaints = complaintsOf(page)
  await page.goto(started.url)
  await typeCard(page)
  await payButton(page).click()
  await heading(page, 'Your bank needs to verify that it is you')
  return { ...started, page, bank, completions, complaints }
}

for (const method of ['post', 'get'] as const) {
  test(`a bank on another site asks in the frame, and its answer goes to the gateway (${method})`, async (t) => {
    const { page, bank, completions, complaints } = await open(t, method)
    await page.frameLocator('iframe[name=bank]').getByRole('button', { name: 'Yes, it is me' }).click()
    await heading(page, 'Paid')
    assert.deepEqual(bank.asked, ['creq=question&submit=x&target=y'])
    assert.deepEqual(completions, [{ cres: 'answer' }])
    assert.deepEqual(complaints, [])
  })
}

test('a customer who does not answer the bank in time reads that nothing was paid', async (t) => {
  const { page, vault, completions } = await open(t)
  await page.frameLocator('iframe[name=bank]').getByRole('button').waitFor()
  await vault.clock.advance(301_000)
  await heading(page, 'Your card was declined')
  await page.getByText('Your bank could not confirm that it was you.').waitFor()
  assert.deepEqual(completions, ['abandoned'])
})

test('a frame may show the bank and nothing else', async (t) => {
  const { page, site } = await open(t)
  const refused = page.waitForEvent('console', (message) => /frame-src/.test(message.text()))
  await page.evaluate(`document.querySelector('iframe').src = ${JSON.stringify(site.desktop)}`)
  await refused
  assert.ok(page.frames().every((frame) => !frame.url().startsWith(`${site.desktop}/`)))
})
