import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Page } from 'playwright-core'
import { en } from '../../../../web/src/agent-view/texts/en.ts'
import { assertAccessible } from '../../../test/harness/test-browser.ts'
import type { MovableClock } from '../../base/clock.ts'
import { press, visa, wholeCard } from '../test-vault.ts'
import { keptOf, says, shoot, startViewBrowser, viewOf } from './test-view-browser.ts'

const { openView } = await startViewBrowser()

/** Shorter than a window waits for an answer: the server that answers is a real one. */
const hop = 4

/** Lets more than four minutes pass for the server and for every window, which then have renewed their access. */
async function pass(
  seconds: number,
  {
    vault,
    pages,
  }: {
    readonly vault: { readonly clock: Pick<MovableClock, 'advance'> }
    readonly pages: readonly Page[]
  },
): Promise<void> {
  const views = await Promise.all(pages.map(viewOf))
  const before = await Promise.all(views.map((view) => keptOf(view, ({ length }) => length === 1)))
  for (let passed = 0; passed < seconds; passed += hop) {
    const next = Math.min(hop, seconds - passed) * 1000
    await vault.clock.advance(next)
    await Promise.all(pages.map((page) => page.clock.fastForward(next)))
  }
  for (const [index, view] of views.entries()) {
    await keptOf(view, ([kept]) => isRenewed(kept?.[1], before[index]?.[0]?.[1]))
  }
}

/** While it renews, a window keeps the token that it wants beside the one that it has. */
const isRenewed = (kept: string | undefined, before: string | undefined) =>
  kept?.split(' ')[0] !== before?.split(' ')[0]

/** Counts what a window asks of the token endpoint. */
function watchRenewals(page: Page) {
  const answers: number[] = []
  page.on('response', (response) => response.url().endsWith('/token') && answers.push(response.status()))
  return answers
}

test('a window gets itself a refresh token, renews by it, and keeps the latest for a reload alone', async (t) => {
  const { page, vault, launched, complaints } = await openView(t)
  const renewals = watchRenewals(page)
  const view = await viewOf(page)
  const [[session, first] = []] = await keptOf(view, ([kept]) => kept !== undefined)
  assert.equal(session, launched.guid)
  assert.match(first ?? '', /^[0-9a-f]{32}$/)
  await pass(241, { vault, pages: [page] })
  const kept = await keptOf(view, ([entry]) => isRenewed(entry?.[1], first))
  assert.equal(kept.length, 1)
  assert.deepEqual(new Set(renewals), new Set([200]))
  assert.deepEqual(complaints, [])
})

test('a page that is reloaded after six minutes, and again after six more, goes on where it was', async (t) => {
  const { page, vault, session } = await openView(t)
  await viewOf(page)
  for (const typed of ['4111', '11111']) {
    press(session, typed)
    await pass(361, { vault, pages: [page] })
    press(session, '1')
    await page.reload()
    const view = await viewOf(page)
    await says(view, 'Card number')
  }
  press(session, '*')
  press(session, wholeCard)
  const view = await viewOf(page)
  await says(view, en.standing.completeByKeypad)
  await view.getByRole('button', { name: en.takePayment }).click()
  await view.getByRole('heading', { name: 'Paid' }).waitFor()
  const messages = await page.evaluate('JSON.stringify(messages.at(-1).data)')
  assert.match(String(messages), /"transactionResult":\{"Value":"SUCCESS"\}/)
})

test('the frame alone is reloaded after six minutes', async (t) => {
  const { page, vault, session } = await openView(t)
  for (let times = 0; times < 2; times += 1) {
    const view = await viewOf(page)
    await pass(361, { vault, pages: [page] })
    const answered = page.waitForResponse(
      (response) => new URL(response.url()).pathname.endsWith('/framed') && response.ok(),
    )
    await view.evaluate('location.reload()')
    await answered
    await says(await viewOf(page), '£12.40')
  }
  press(session, '4111')
  await says(await viewOf(page), en.standing.typing.pan)
})

test('a page that is reloaded while it renews, so that it never hears the answer, goes on where it was', async (t) => {
  const { page, vault, session } = await openView(t)
  const view = await viewOf(page)
  await keptOf(view, ([kept]) => kept?.[1].length === 32)
  const answered = Promise.withResolvers<void>()
  await page.route('**/token', async (route) => {
    const { status } = await route.fetch().then((answer) => ({ status: answer.status() }))
    assert.equal(status, 200)
    answered.resolve()
  })
  await vault.clock.advance(361_000)
  await page.clock.fastForward(361_000)
  await answered.promise
  await page.unroute('**/token')
  await page.reload()
  press(session, '4111')
  await says(await viewOf(page), en.standing.typing.pan)
})

test('two windows of one session agree, and each renews by its own token for as long as it lasts', async (t) => {
  const { page, vault, openWindow, session, complaints } = await openView(t)
  const second = await openWindow()
  const windows = [page, second]
  const renewals = windows.map(watchRenewals)
  for (const each of windows) await viewOf(each)
  for (let times = 0; times < 3; times += 1) {
    await pass(241, { vault, pages: windows })
    press(session, '4'.repeat(times + 1))
    for (const each of windows) {
      await (await viewOf(each))
        .getByLabel(`${times + 1} digit`)
        .first()
        .waitFor()
    }
  }
  assert.ok(renewals.every((answers) => answers.length >= 3))
  assert.deepEqual(new Set(renewals.flat()), new Set([200]))
  for (const each of windows) {
    await pass(361, { vault, pages: windows })
    await each.reload()
    await says(await viewOf(each), '£12.40')
  }
  press(session, `*${wholeCard}`)
  for (const each of windows) await says(await viewOf(each), en.standing.completeByKeypad)
  await (await viewOf(second)).getByRole('button', { name: en.takePayment }).click()
  for (const each of windows) await (await viewOf(each)).getByRole('heading', { name: 'Paid' }).waitFor()
  assert.deepEqual(
    complaints.filter((text) => !text.includes('401')),
    [],
  )
})

test('after the end there is no timer, no request, no reconnecting, and nothing is kept', async (t) => {
  const { page, vault, session, site } = await openView(t)
  const view = await viewOf(page)
  press(session, `${wholeCard}1`)
  await view.getByRole('heading', { name: 'Paid' }).waitFor()
  await keptOf(view, ({ length }) => length === 0)
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await vault.clock.advance(1_800_000)
  await page.clock.fastForward(1_800_000)
  await page.clock.runFor(60_000)
  assert.deepEqual(
    asked.filter((url) => url.startsWith(site)),
    [],
  )
})

test('a token that has run out is renewed for the button that finds it so', async (t) => {
  const { page, vault, session } = await openView(t)
  const view = await viewOf(page)
  await keptOf(view, ({ length }) => length === 1)
  await vault.clock.advance(301_000)
  press(session, '4')
  await says(view, en.standing.typing.pan)
  await view.getByRole('button', { name: en.askAgainFor.pan }).click()
  await says(view, en.standing.asked.pan)
})

test('a page whose access was refused says so, and offers nothing that could not be done', async (t) => {
  const { page, vault } = await openView(t)
  const view = await viewOf(page)
  await keptOf(view, ({ length }) => length === 1)
  await page.route('**/token', (route) => route.fulfill({ status: 401, body: '{}' }))
  await vault.clock.advance(301_000)
  await page.clock.fastForward(301_000)
  await says(view, en.accessLost)
  assert.equal(await view.getByRole('button').count(), 0)
  await keptOf(view, ({ length }) => length === 0)
})

async function openWith(t: TestContext, tokens: 'foreign' | 'expired', locale: string) {
  const opened = await openView(t, { context: { locale } })
  const { vault, desktop, showOnDesktop, launched, context } = opened
  const other = await vault.launch({ frameAncestors: [desktop] })
  if (tokens === 'expired') await vault.clock.advance(301_000)
  const { accessToken, refreshToken } =
    tokens === 'foreign' ? other : { ...launched, refreshToken: 'f'.repeat(32) }
  showOnDesktop({ ...launched, accessToken, refreshToken })
  const page = await context.newPage()
  await page.goto(desktop)
  return { ...opened, page }
}

for (const [tokens, locale, heading] of [
  ['foreign', 'en-GB', 'This page cannot be opened again'],
  ['expired', 'de-DE', 'Diese Seite lässt sich nicht noch einmal öffnen'],
] as const) {
  test(`${tokens} tokens open nothing, and the frame says so: ${locale}`, async (t) => {
    const { page } = await openWith(t, tokens, locale)
    const frame = page.frame('payment')
    assert.ok(frame)
    await frame.getByRole('heading', { name: heading }).waitFor()
    assert.doesNotMatch(await frame.content(), /Harbour|12\.40/)
    await assertAccessible(frame)
    await shoot(page, `agent-view-refused-tokens-420-light-${locale.slice(0, 2)}`)
  })
}

test('a session that is over refuses to be framed', async (t) => {
  const { page, session, desktop } = await openView(t)
  await viewOf(page)
  await session.cancel()
  await page.goto(desktop)
  await page.waitForFunction('document.querySelector("iframe").contentDocument === null')
  assert.match(page.frame('payment')?.url() ?? '', /^chrome-error:/)
})

test('an origin that the flow does not name cannot frame the view, and is told nothing', async (t) => {
  const { page } = await openView(t, { flow: { frameAncestors: ['https://elsewhere.example'] } })
  await page.waitForFunction('document.querySelector("iframe").contentDocument === null')
  assert.match(page.frame('payment')?.url() ?? '', /^chrome-error:/)
  assert.equal(await page.evaluate('messages.length'), 0)
})

test('the framing page is told each state and the result, by messages from the view’s own origin', async (t) => {
  const { page, session, site, launched } = await openView(t)
  await viewOf(page)
  press(session, `${visa}#`)
  press(session, '1230123#1')
  await (await viewOf(page)).getByRole('heading', { name: 'Paid' }).waitFor()
  const messages = JSON.parse(String(await page.evaluate('JSON.stringify(messages)')))
  const states = messages.filter(({ data }: { data: { type?: string } }) => data.type === 'tonegate:state')
  assert.ok(messages.every(({ origin }: { origin: string }) => origin === site))
  assert.equal(states[0].data.session, launched.guid)
  assert.equal(states.at(-1).data.state.result.outcome, 'approved')
  assert.deepEqual(messages.at(-1).data.VariableData, {
    transactionResult: { Value: 'SUCCESS' },
    transactionAuthCode: { Value: 'A1B2C3' },
    cardLast4: { Value: '1111' },
    cardType: { Value: 'visa' },
    orderAmount: { Value: '1240' },
    orderCurrency: { Value: 'GBP' },
    orderReference: { Value: 'order-1' },
  })
  assert.equal(messages.length, states.length + 1)
  assert.doesNotMatch(JSON.stringify(messages), /4111|"123"|1230/)
})

test('an embedded browser opens the view with its tokens as request headers', async (t) => {
  const { vault, context, site, launched, session } = await openView(t)
  const page = await context.newPage()
  const { pathname } = new URL(launched.viewUrl)
  await page.route(`**${pathname}`, (route, request) =>
    route.continue({
      headers: {
        ...request.headers(),
        'x-bearer-token': launched.accessToken,
        'x-refresh-token': launched.refreshToken,
      },
    }),
  )
  await page.goto(`${site}${pathname}`)
  await page.getByText(en.standing.asked.pan).waitFor()
  await keptOf(page.mainFrame(), ({ length }) => length === 1)
  await page.unroute(`**${pathname}`)
  await vault.clock.advance(361_000)
  await page.reload()
  press(session, '4111')
  await page.getByText(en.standing.typing.pan).waitFor()
})

test('every window of a view that is closed says so, and has no buttons; a reload says the same', async (t) => {
  const { page, openWindow, vault, launched } = await openView(t)
  const pages = [page, await openWindow()]
  const views = await Promise.all(pages.map(viewOf))
  await Promise.all(views.map((view) => keptOf(view, ([kept]) => kept !== undefined)))
  await vault.vault.closeView(launched.guid)
  for (const view of views) {
    await says(view, en.accessEnded)
    assert.equal(await view.getByRole('button').count(), 0)
    await keptOf(view, ({ length }) => length === 0)
  }
  await shoot(page, 'view-closed')
  await views[0]?.evaluate('location.reload()').catch(() => {})
  await page
    .frameLocator('iframe')
    .getByRole('heading', { name: 'Your access to this payment has ended' })
    .waitFor()
  const frame = page.frame('payment')
  if (frame) await assertAccessible(frame)
})
