import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Browser, BrowserContextOptions, Frame, Page } from 'playwright-core'
import { sharedBrowser } from '../../../test/harness/test-browser.ts'
import type { LinkMessage, LinkSenders } from '../links/link-sender.ts'
import type { Gateway } from '../model/gateway.ts'
import type { Flow, Launch } from '../model/launch.ts'
import { approval, startVault, testGateway } from '../test-vault.ts'
import { startVaultSite } from '../test-vault-site.ts'

/** A session whose agent view stands on a desktop, as a test opens it. */
export interface OpenedView {
  readonly flow?: Partial<Flow>
  readonly launch?: Partial<Launch>
  readonly gateway?: Gateway
  readonly linkSenders?: LinkSenders
  readonly width?: number
  readonly callerNumber?: string
  readonly context?: BrowserContextOptions
}

/** A browser for a file of tests, and the desktops that it shows. */
export async function startViewBrowser() {
  const browser = await sharedBrowser()
  return { openView: (t: TestContext, opened: OpenedView = {}) => openView(t, browser, opened) }
}

async function openView(
  t: TestContext,
  browser: Browser,
  {
    flow = {},
    launch = {},
    gateway = testGateway({ answers: async () => approval }),
    linkSenders = {},
    width = 420,
    callerNumber,
    context: options = {},
  }: OpenedView,
) {
  const vault = await startVault(t, { gateway, linkSenders })
  const site = await startVaultSite(t, vault, vault.clock, callerNumber)
  const launched = await vault.launch(
    { frameAncestors: [site.desktop], stateMessages: [site.desktop], ...flow },
    launch,
  )
  site.showOnDesktop(launched)
  const context = await browser.newContext({ viewport: { width, height: 760 }, ...options })
  t.after(() => context.close())
  const complaints: string[] = []

  /** Another window of the same desktop. */
  async function openWindow(): Promise<Page> {
    const page = await context.newPage()
    await page.clock.install()
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(site.desktop)
    return page
  }

  const page = await openWindow()
  return {
    ...site,
    vault,
    context,
    page,
    openWindow,
    complaints,
    launched,
    session: vault.find(launched.guid),
  }
}

/** The view in its frame, as soon as it is drawn. */
export async function viewOf(page: Page): Promise<Frame> {
  const frame = page.frame('payment')
  assert.ok(frame)
  await frame.locator('#view .fields').waitFor()
  return frame
}

type Kept = readonly (readonly [string, string])[]

/** What a window has in its storage, as soon as it is as wanted. */
export async function keptOf(view: Frame, isAsWanted: (kept: Kept) => boolean): Promise<Kept> {
  for (;;) {
    const kept: Kept = JSON.parse(
      String(await view.evaluate('JSON.stringify(Object.entries(sessionStorage))')),
    )
    if (isAsWanted(kept)) return kept
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

export const says = (frame: Frame, text: string | RegExp) => frame.getByText(text).first().waitFor()

/** The dots of a field, as they are read out: `read` is waited for, since keys are seen one after the other. */
export const dots = (frame: Frame, field: string, read: string | RegExp = /^/) =>
  frame.getByRole('listitem').filter({ hasText: field }).getByRole('img', { name: read, exact: true })

/** Waits until a button with such a name has the focus. */
export const focused = (frame: Frame, name: string) =>
  frame.locator('button:focus', { hasText: name }).waitFor()

/** Senders that keep what they were given, and take it when the test lets them. */
export function keepingSenders(accepts: () => Promise<void> = async () => {}) {
  const sent: LinkMessage[] = []
  const sender = {
    async send(message: LinkMessage) {
      sent.push(message)
      await accepts()
    },
  }
  return { sent, linkSenders: { sms: sender, email: sender } }
}

/** Saves a picture of a page where `TONEGATE_SHOTS` names a folder. */
export async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env.TONEGATE_SHOTS
  if (!folder) return
  mkdirSync(folder, { recursive: true })
  const frame = page.frame('payment')
  const height = Number(await frame?.evaluate('document.documentElement.scrollHeight'))
  const size = page.viewportSize()
  if (size && height > 0) await page.setViewportSize({ ...size, height })
  await page.screenshot({ path: join(folder, `${name}.png`) })
}
