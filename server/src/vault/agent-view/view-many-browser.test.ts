import assert from 'node:assert/strict'
import { test } from 'node:test'
import { en } from '../../../../web/src/agent-view/texts/en.ts'
import { eventually } from '../../../test/harness/test-eventually.ts'
import { press, wholeCard } from '../test-vault.ts'
import { says, startViewBrowser, viewOf } from './test-view-browser.ts'

const { openView } = await startViewBrowser()

test('eight agent views in one browser over HTTP/1.1 follow by one stream, and the last takes the payment at once', async (t) => {
  const { page, openWindow, session, openStreams, breakConnections } = await openView(t)
  const pages = [page, ...(await Promise.all(Array.from({ length: 7 }, openWindow)))]
  const views = await Promise.all(pages.map(viewOf))
  const allSay = (text: string | RegExp) => Promise.all(views.map((view) => says(view, text)))
  press(session, '4111')
  await allSay(en.standing.typing.pan)
  await becomes(openStreams, ['POST /session/events'])

  breakConnections()
  press(session, `*${wholeCard}`)
  await allSay(en.standing.completeByKeypad)
  await becomes(openStreams, ['POST /session/events'])

  await pages.shift()?.close()
  await views.shift()
  await becomes(openStreams, ['POST /session/events'])
  const last = views.at(-1)
  await last?.getByRole('button', { name: en.takePayment }).click()
  await Promise.all(views.map((view) => view.getByRole('heading', { name: 'Paid' }).waitFor()))
  assert.equal(session.view().result?.outcome, 'approved')
  await becomes(openStreams, [])
})

test('the last view that goes takes the stream along, and a view that comes later begins one', async (t) => {
  const { page, openWindow, session, openStreams } = await openView(t)
  await viewOf(page)
  await becomes(openStreams, ['POST /session/events'])
  await page.goto('about:blank')
  await becomes(openStreams, [])
  const view = await viewOf(await openWindow())
  press(session, '4111')
  await says(view, en.standing.typing.pan)
  await becomes(openStreams, ['POST /session/events'])
})

test('a view of a browser without shared workers has a stream of its own', async (t) => {
  const { page, session, context, openStreams } = await openView(t)
  await context.addInitScript('delete globalThis.SharedWorker')
  await page.reload()
  const view = await viewOf(page)
  press(session, '4111')
  await says(view, en.standing.typing.pan)
  // That of the page before ends when its browser has let it go.
  await eventually(() => /^GET \/session\/7\/view\/[^/]+\/events$/.test(openStreams().join()))
})

test('a view whose shared worker does not answer says so after ten seconds, and then has a stream of its own', async (t) => {
  const { page, session, context, openStreams } = await openView(t)
  await context.addInitScript(
    'globalThis.SharedWorker = class extends EventTarget { port = new MessageChannel().port1 }',
  )
  await page.reload()
  const view = await viewOf(page)
  await page.clock.fastForward(10_000)
  await says(view, en.connectionLost)
  await page.clock.fastForward(500)
  press(session, '4111')
  await says(view, en.standing.typing.pan)
  await view.getByText(en.connectionLost).waitFor({ state: 'detached' })
  await eventually(() => /^GET [^,]+$/.test(openStreams().join()))
})

test('a view whose stream does not come about within ten seconds says so', async (t) => {
  const { page, context } = await openView(t)
  await context.addInitScript('delete globalThis.SharedWorker')
  await page.route('**/events', () => {})
  await page.reload()
  const view = await viewOf(page)
  await page.clock.fastForward(10_000)
  await says(view, en.connectionLost)
})

test('a command that gets no answer is under way, then ends, and is not carried out later', async (t) => {
  const { page, session } = await openView(t)
  const view = await viewOf(page)
  press(session, wholeCard)
  await says(view, en.standing.completeByKeypad)
  const held: (() => Promise<void>)[] = []
  await page.route('**/commands', (route) => void held.push(() => route.continue()))
  const button = view.getByRole('button', { name: 'Tak' })
  await button.click()
  await button.filter({ hasText: 'Taking payment…' }).waitFor()
  assert.equal(await button.getAttribute('aria-disabled'), 'true')
  await page.clock.fastForward(1_000)
  await says(view, en.commandUnderWay)
  await page.clock.fastForward(15_000)
  await says(view, en.refusals.failed)
  await button.filter({ hasText: en.takePayment }).waitFor()
  for (const carryOn of held) await carryOn().catch(() => {})
  await page.unroute('**/commands')
  assert.equal(session.view().state, 'confirming')
  await button.click()
  await view.getByRole('heading', { name: 'Paid' }).waitFor()
})

/** Looks until the streams that are open are as wanted. */
async function becomes(openStreams: () => readonly string[], wanted: readonly string[]): Promise<void> {
  while (openStreams().join() !== wanted.join()) await new Promise((resolve) => setTimeout(resolve, 10))
}
