import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Page, Route } from 'playwright-core'
import { sharedBrowser } from '../../../test/harness/test-browser.ts'
import type { GatewayAnswer } from '../model/gateway.ts'
import { approval, visa } from '../test-vault.ts'
import {
  checkPage,
  complaintsOf,
  heading,
  openPhone,
  payButton,
  says,
  startPaymentSite,
  typeCard,
} from './test-payment-page.ts'

const browser = await sharedBrowser()

async function open(t: TestContext, site: Parameters<typeof startPaymentSite>[1] = {}) {
  const started = await startPaymentSite(t, site)
  const page = await openPhone(t, browser)
  await page.goto(started.site.desktop)
  await page.goto(started.url)
  return { ...started, page, complaints: complaintsOf(page) }
}

/** Answers a form in the test's way, the first time; its further way is the network's. */
async function onSubmit(page: Page, url: string, handle: (route: Route) => Promise<void>): Promise<void> {
  await page.route(
    (address) => address.href === url,
    async (route) => (route.request().method() === 'POST' ? handle(route) : route.continue()),
  )
}

test('the button is busy at the first press and cannot be pressed twice', async (t) => {
  const gateway = Promise.withResolvers<GatewayAnswer>()
  const { page, gateway: asked, complaints } = await open(t, { answer: () => gateway.promise })
  const forms: string[] = []
  page.on('request', (request) => {
    if (request.method() === 'POST' && !request.url().endsWith('/typing')) forms.push(request.url())
  })
  await typeCard(page)
  await payButton(page).dblclick()
  const busy = page.getByRole('button', { name: 'Paying £12.40…' })
  await busy.waitFor()
  assert.equal(await busy.getAttribute('aria-disabled'), 'true')
  await checkPage(page, 'busy')
  await busy.click({ force: true })
  await page.keyboard.press('Enter')
  gateway.resolve(approval)
  await heading(page, 'Paid')
  assert.equal(forms.length, 1)
  assert.equal(asked.asked.length, 1)
  assert.deepEqual(complaints, [])
})

test('of two phones one pays, and both read how it ended', async (t) => {
  const gateway = Promise.withResolvers<GatewayAnswer>()
  const { page, url, gateway: asked } = await open(t, { answer: () => gateway.promise })
  const other = await openPhone(t, browser)
  const third = await openPhone(t, browser)
  await other.route('**/typing', (route) => route.fulfill({ status: 204 }))
  await other.goto(url)
  await typeCard(page)
  await typeCard(other, { 'Card number': '5555555555554444', 'Expiry date': '11/31', 'Security code': '321' })
  await payButton(page).click()
  await page.getByRole('button', { name: 'Paying' }).waitFor()
  await payButton(other).click()
  await other.getByRole('button', { name: 'Paying' }).waitFor()
  await third.goto(url)
  await heading(third, 'Your payment is being processed')
  await checkPage(third, 'processing')
  gateway.resolve(approval)
  await Promise.all([page, other, third].map((phone) => heading(phone, 'Paid')))
  assert.equal(asked.asked.length, 1)
  assert.ok(asked.asked[0]?.pan === visa || asked.asked[0]?.pan === '5555555555554444')
})

test('Back after paying leads to no form, and forward to the result', async (t) => {
  const { page, site, url } = await open(t)
  await typeCard(page)
  await payButton(page).click()
  await heading(page, 'Paid')
  await page.goBack()
  assert.ok(page.url().startsWith(site.desktop), 'the form is not in the history')
  await page.goForward()
  await heading(page, 'Paid')
  await page.goto(url)
  await heading(page, 'This has already been paid')
  await checkPage(page, 'paid-already')
})

/** A telephone too slow to empty the form in time: what the browser has kept until then is what comes back. */
const slowLeaving = `addEventListener('pagehide', () => {
  for (const end = performance.now() + 1000; performance.now() < end; );
}, { capture: true })`

test('what was typed and not sent does not stay in the history', async (t) => {
  const { page, site } = await open(t)
  await typeCard(page)
  await page.evaluate(slowLeaving)
  await page.goto(site.desktop)
  await page.goBack()
  await payButton(page).waitFor()
  for (const label of ['Card number', 'Expiry date', 'Security code']) {
    assert.equal(await page.getByLabel(label).inputValue(), '')
  }
})

test('a form that comes back looks whether there is still something to pay', async (t) => {
  const { page, site, url, session } = await open(t)
  const other = await openPhone(t, browser)
  await other.route('**/typing', (route) => route.fulfill({ status: 204 }))
  for (const phone of [page, other]) {
    await phone.goto(url)
    await typeCard(phone)
  }
  await page.goto(site.desktop)
  await session.submitCard({ pan: visa, expiry: '1230', securityCode: '123' })
  await page.goBack()
  await heading(page, 'This has already been paid')
  assert.doesNotMatch(await page.content(), /4111|<input/)
  await other.evaluate(
    'setTimeout(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })))',
  )
  await heading(other, 'This has already been paid')
})

test('without a connection nothing is sent, and it is said so', async (t) => {
  const { page, gateway } = await open(t)
  await typeCard(page, { 'Card number': '4111' })
  await page.context().setOffline(true)
  await typeCard(page)
  await payButton(page).click()
  await says(page, 'The payment was not sent, and you have not paid')
  await checkPage(page, 'not-sent')
  assert.equal(await page.getByLabel('Card number').inputValue(), '4111 1111 1111 1111')
  assert.equal(gateway.asked.length, 0)
  await page.context().setOffline(false)
  await payButton(page).click()
  await heading(page, 'Paid')
  assert.equal(gateway.asked.length, 1)
})

test('a form that is lost on its way is taken back before another is offered', async (t) => {
  const { page, url, gateway } = await open(t)
  let lost = ''
  await onSubmit(page, url, async (route) => {
    lost = route.request().postData() ?? ''
    await route.abort('connectionreset')
  })
  await typeCard(page)
  await payButton(page).click()
  await says(page, 'You have not paid: the connection was lost')
  await checkPage(page, 'not-paid')
  const late = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: lost,
  })
  assert.deepEqual(await late.json(), { kind: 'done' })
  assert.equal(gateway.asked.length, 0, 'what was taken back is not charged when it arrives')
  await page.unrouteAll()
  await payButton(page).click()
  await heading(page, 'Paid')
  assert.equal(gateway.asked.length, 1)
})

test('an answer that is lost is asked for until it is known, and nothing is sent again', async (t) => {
  const { page, url, gateway } = await open(t)
  let forms = 0
  let asks = 0
  await onSubmit(page, url, async (route) => {
    forms += 1
    await route.fetch()
    await route.abort('connectionreset')
  })
  await page.route(`${url}/state`, async (route) => {
    asks += 1
    if (asks === 1) return route.abort('connectionreset')
    await says(page, 'We do not know yet whether you have paid')
    await checkPage(page, 'unknown-yet')
    return route.continue()
  })
  await typeCard(page)
  await payButton(page).click()
  await heading(page, 'Paid')
  assert.deepEqual([forms, asks, gateway.asked.length], [1, 2, 1])
})

test('a payment that takes long is followed until it ends, also over a lost connection', async (t) => {
  const gateway = Promise.withResolvers<GatewayAnswer>()
  const { page, url, site, session } = await open(t, { answer: () => gateway.promise })
  await typeCard(page)
  await payButton(page).click()
  await page.getByRole('button', { name: 'Paying' }).waitFor()
  assert.equal(session.view().state, 'processing')
  await page.goto(url)
  await heading(page, 'Your payment is being processed')
  site.breakConnections()
  gateway.resolve({ status: 'declined', reason: 'insufficient-funds' })
  await heading(page, 'Your card was declined')
  await says(page, 'There are not enough funds on the card.')
  await checkPage(page, 'declined')
})

test('a card that the server refuses is said at its field, and nothing of it stays', async (t) => {
  const { page, session, url } = await open(t)
  await onSubmit(page, url, (route) => {
    const form = new URLSearchParams(route.request().postData() ?? '')
    form.set('expiry', '0120')
    return route.continue({ postData: form.toString() })
  })
  await typeCard(page)
  await payButton(page).click()
  await says(page, 'Please check your card')
  await says(page, 'You have 2 attempts left.')
  await checkPage(page, 'refused')
  assert.equal(await page.getByLabel('Card number').inputValue(), '')
  assert.equal(await page.evaluate('document.activeElement.id'), 'expiry')
  assert.equal(session.view().fields.expiry.attemptsLeft, 2)
  await page.unrouteAll()
  await typeCard(page)
  await payButton(page).click()
  await heading(page, 'Paid')
})

test('after a payment no digit of the card is anywhere in the browser', async (t) => {
  const { page, url, vault } = await open(t)
  await typeCard(page)
  await payButton(page).click()
  await heading(page, 'Paid')
  const kept = await page.evaluate<string>(`(async () => JSON.stringify({
    local: { ...localStorage },
    session: { ...sessionStorage },
    databases: await indexedDB.databases(),
    caches: globalThis.caches ? await caches.keys() : [],
    cookies: document.cookie,
    history: history.state,
    address: location.href,
    referrer: document.referrer,
    requested: performance.getEntriesByType('resource').map(({ name }) => name),
    document: document.documentElement.outerHTML,
    values: [...document.querySelectorAll('input')].map(({ value }) => value),
  }))()`)
  await page.goBack()
  const before = await page.content()
  for (const digits of ['4111', '1111 1111', '12 / 30', '12/30', '1230']) {
    assert.ok(!kept.includes(digits), `${digits} in ${kept}`)
    assert.ok(!before.includes(digits))
  }
  assert.deepEqual(await page.context().cookies(), [])
  const log = vault.lines.join('')
  assert.doesNotMatch(log, /4111/)
  assert.ok(!log.includes(url.split('/').at(-1) ?? ''), 'the link is in no log line')
})
