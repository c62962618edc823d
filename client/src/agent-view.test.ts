import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { sharedBrowser } from '../../server/test/harness/test-browser.ts'
import { resultMessage, startDesktop, stateMessage } from './test-desktop.ts'

const browser = await sharedBrowser()

type Page = Awaited<ReturnType<typeof browser.newPage>>
type Frame = ReturnType<Page['mainFrame']>
type Session = Awaited<ReturnType<typeof startDesktop>>['session']

interface DesktopWindow {
  readonly heard: readonly string[]
  readonly left: string
  readonly view: { close(): void }
  start(session: Session, frame?: HTMLIFrameElement | 'popup'): void
  post(data: unknown): void
}
declare const window: Window & DesktopWindow

async function openDesktop(t: TestContext) {
  const desktop = await startDesktop(t)
  const context = await browser.newContext()
  t.after(() => context.close())
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  await page.goto(desktop.desktop)
  await page.locator('[data-ready]').waitFor()
  const heard = () => page.evaluate(() => [...window.heard])
  return { ...desktop, page, heard }
}

async function openInFrame(t: TestContext) {
  const opened = await openDesktop(t)
  const { page, session } = opened
  await page.evaluate((session) => window.start(session), session)
  const view = await frameAt(page, '#payment')
  await view.getByText('View').waitFor()
  return { ...opened, view, other: await frameAt(page, '[name=other]') }
}

async function frameAt(page: Page, selector: string): Promise<Frame> {
  const frame = await (await page.$(selector))?.contentFrame()
  assert.ok(frame)
  return frame
}

const post = (from: Frame | Page, data: unknown) => from.evaluate((data) => window.post(data), data)
/** Messages of one window come in their order: when this one has come, those before it have, too. */
async function settled(view: Frame | Page, heard: () => Promise<readonly string[]>) {
  await post(view, resultMessage)
  for (;;) {
    const all = await heard()
    if (all.at(-1) === 'SUCCESS 1111') return all.slice(0, -2)
  }
}

test('the tokens go by form POST into the frame, and none of them stays in the page', async (t) => {
  const { page, session, posted } = await openInFrame(t)
  const host = encodeURIComponent(new URL(page.url()).origin)
  const { agentAccessToken, agentRefreshToken } = session
  assert.deepEqual(
    posted.filter((line) => line.startsWith('POST')),
    [
      `POST /session/1/view/guid-1/framed X-BEARER-TOKEN=${agentAccessToken}&X-REFRESH-TOKEN=${agentRefreshToken}&X-HOST-ORIGIN=${host}`,
    ],
  )
  const left = (await page.evaluate(() => window.left)) + (await page.content())
  assert.ok(!left.includes(agentAccessToken) && !left.includes(agentRefreshToken))
  assert.doesNotMatch(left, /<form/)
})

test('the frame’s messages are heard, typed', async (t) => {
  const { view, heard } = await openInFrame(t)
  await post(view, stateMessage)
  assert.deepEqual(await settled(view, heard), ['state', 'guid-1 4'])
})

test('a message of another frame of the same origin is ignored', async (t) => {
  const { view, other, heard } = await openInFrame(t)
  await post(other, stateMessage)
  assert.deepEqual(await settled(view, heard), [])
})

test('a message of a foreign origin is ignored, also from within the very frame', async (t) => {
  const { page, view, heard, session, desktop } = await openInFrame(t)
  await page.evaluate((data) => window.postMessage(data, '*'), stateMessage)
  await view.evaluate((url) => location.assign(url), `${desktop}/elsewhere`)
  await view.locator('[data-ready]').waitFor()
  await view.evaluate((data) => window.parent.postMessage(data, '*'), stateMessage)
  await view.evaluate((url) => location.assign(url), session.iframeUrl)
  await view.getByText('View').waitFor()
  assert.deepEqual(await settled(view, heard), [])
})

for (const [what, data] of [
  ['nothing', null],
  ['a text', 'tonegate:state'],
  ['a list', [stateMessage]],
  ['a state without fields', { ...stateMessage, state: { ...stateMessage.state, fields: {} } }],
  ['a state of an unknown kind', { ...stateMessage, state: { ...stateMessage.state, state: 'new' } }],
  ['a session that is no text', { ...stateMessage, session: 7 }],
  ['a result without a word for it', { VariableData: { cardLast4: { Value: '1111' } } }],
  ['a result that is none of the four', { VariableData: { transactionResult: { Value: 'MAYBE' } } }],
] as const) {
  test(`what is malformed is ignored: ${what}`, async (t) => {
    const { view, heard } = await openInFrame(t)
    await post(view, data)
    assert.deepEqual(await settled(view, heard), [])
  })
}

test('a pop-up is opened, heard and closed', async (t) => {
  const { page, session, heard } = await openDesktop(t)
  const opening = page.waitForEvent('popup')
  await page.evaluate((session) => {
    document.querySelector('button')?.addEventListener('click', () => window.start(session, 'popup'))
  }, session)
  await page.getByRole('button', { name: 'Open' }).click()
  const popup = await opening
  await popup.getByText('View').waitFor()
  await post(popup, stateMessage)
  assert.deepEqual(await settled(popup, heard), ['state', 'guid-1 4'])
  const closing = popup.waitForEvent('close')
  await page.evaluate(() => window.view.close())
  await closing
})

test('a view that was closed is heard no more', async (t) => {
  const { page, view, heard } = await openInFrame(t)
  await page.evaluate(() => {
    window.view.close()
    window.addEventListener('message', () => document.body.setAttribute('data-arrived', ''))
  })
  await post(view, stateMessage)
  await page.locator('[data-arrived]').waitFor()
  assert.deepEqual(await heard(), [])
})

test('a frame that does not stand in the page, and a blocked pop-up, are told', async (t) => {
  const { page, session } = await openDesktop(t)
  const refusal = (frame: 'detached' | 'popup') =>
    page.evaluate(
      ([session, frame]) => {
        try {
          window.open = () => null
          window.start(session, frame === 'popup' ? frame : document.createElement('iframe'))
          return 'opened'
        } catch (error) {
          return String(error)
        }
      },
      [session, frame] as const,
    )
  assert.match(await refusal('detached'), /does not stand in the page/)
  assert.match(await refusal('popup'), /did not let the pop-up open/)
})
