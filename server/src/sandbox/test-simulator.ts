import type { TestContext } from 'node:test'
import type { Browser, BrowserContextOptions, FrameLocator, Page } from 'playwright-core'
import { startTestTonegate } from '../../test/harness/test-tonegate.ts'
import type { Clock } from '../base/clock.ts'

/** What the program was answered last, as the page shows it. */
export interface ShownExchange {
  readonly method: string
  readonly path: string
  readonly status: string
  readonly request: string
  readonly answer: string
}

/** The simulator of a Tonegate of its own, in a browser. */
export async function openSimulator(
  t: TestContext,
  browser: Browser,
  {
    path = '/sandbox?keyGap=0',
    regions = 'nam',
    time = 'real',
    clock,
    ...options
  }: BrowserContextOptions & {
    readonly path?: string
    readonly regions?: string
    /** Of the server. */
    readonly clock?: Clock
    /** `by hand`: it passes in the page by `page.clock.runFor` alone. */
    readonly time?: 'real' | 'by hand'
  } = {},
) {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 1000 },
    locale: 'en',
    ...options,
  })
  // Before the server: it waits for the connections that a browser keeps.
  t.after(() => context.close())
  const tonegate = await startTestTonegate(t, {
    environment: { TONEGATE_REGIONS: regions },
    ...(clock && { clock }),
  })
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    const isAnswer = /the server responded with a status of (404|409)/.test(message.text())
    if (message.type() === 'error' && !isAnswer) complaints.push(message.text())
  })
  const requested: string[] = []
  context.on('request', (request) => requested.push(request.url()))
  if (time === 'by hand') await page.clock.install()
  await page.goto(`${tonegate.origin}${path}`)
  if (time === 'by hand') await page.clock.pauseAt(Date.now() + 1000)
  return { ...tonegate, context, page, complaints, requested, ...sidesOf(page) }
}

function sidesOf(page: Page) {
  const view: FrameLocator = page.frameLocator('iframe')
  const play = (scenario: string) => page.getByRole('button', { name: scenario, exact: true }).click()
  return {
    view,
    play,
    /** Waits until it is said what happens. */
    says: (text: string | RegExp) => page.locator('.narration p').filter({ hasText: text }).waitFor(),
    /** Waits until the caller hears something. */
    hears: (text: string | RegExp) => page.locator('.heard').filter({ hasText: text }).waitFor(),
    exchanges: () => readExchanges(page),
    /** What the program read last of its session. */
    async result() {
      const last = (await readExchanges(page)).at(-1)
      return JSON.parse(last?.answer ?? '{}') as {
        readonly sessionState: string
        readonly paymentResultData: Readonly<Record<string, string>>
      }
    },
  }
}

function readExchanges(page: Page): Promise<readonly ShownExchange[]> {
  return page.locator('.log li').evaluateAll((entries) =>
    entries.map((entry) => {
      const text = (selector: string) => entry.querySelector(selector)?.textContent ?? ''
      const blocks = [...entry.querySelectorAll('pre')].map(({ textContent }) => textContent ?? '')
      return {
        method: text('.method'),
        path: text('.path'),
        status: text('.status'),
        request: blocks.length > 1 ? (blocks[0] ?? '') : '',
        answer: blocks.at(-1) ?? '',
      }
    }),
  )
}
