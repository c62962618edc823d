import assert from 'node:assert/strict'
import { test } from 'node:test'
import { press, wholeCard } from './test-vault.ts'
import { says, startViewBrowser, viewOf } from './test-view-browser.ts'

const { openView } = await startViewBrowser()

test('eight agent views in one browser over HTTP/1.1 all follow, and the last takes the payment at once', async (t) => {
  const { page, openWindow, capture } = await openView(t)
  const pages = [page]
  while (pages.length < 8) pages.push(await openWindow())
  const views = await Promise.all(pages.map(viewOf))
  press(capture, '4111')
  for (const view of views) await says(view, 'The caller is typing the card number.')
  press(capture, `*${wholeCard}`)
  for (const view of views) await says(view, /^All card details are in/)
  const last = views.at(-1)
  await last?.getByRole('button', { name: 'Take payment' }).click()
  for (const view of views) await view.getByRole('heading', { name: 'Paid' }).waitFor()
  assert.equal(capture.view().result?.outcome, 'approved')
})

test('a view whose stream does not come about within ten seconds says so', async (t) => {
  const { page } = await openView(t)
  await page.route('**/events', () => {})
  await page.reload()
  const view = await viewOf(page)
  await page.clock.fastForward(10_000)
  await says(view, 'The connection is lost. Trying again…')
})

test('a command that gets no answer is under way, then ends, and is not carried out later', async (t) => {
  const { page, capture } = await openView(t)
  const view = await viewOf(page)
  press(capture, wholeCard)
  await says(view, /^All card details are in/)
  const held: (() => Promise<void>)[] = []
  await page.route('**/commands', (route) => void held.push(() => route.continue()))
  const button = view.getByRole('button', { name: 'Tak' })
  await button.click()
  await button.filter({ hasText: 'Taking payment…' }).waitFor()
  assert.equal(await button.getAttribute('aria-disabled'), 'true')
  await page.clock.fastForward(1_000)
  await says(view, 'Sending your command…')
  await page.clock.fastForward(15_000)
  await says(view, 'The server did not answer. Look at where the payment stands, then try again.')
  await button.filter({ hasText: 'Take payment' }).waitFor()
  for (const carryOn of held) await carryOn().catch(() => {})
  await page.unroute('**/commands')
  assert.equal(capture.view().state, 'confirming')
  await button.click()
  await view.getByRole('heading', { name: 'Paid' }).waitFor()
})
