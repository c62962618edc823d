import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { assertAccessible } from '../../../test/harness/test-browser.ts'
import type { LinkSenders } from '../links/link-sender.ts'
import type { Gateway, GatewayAnswer } from '../model/gateway.ts'
import type { Flow, Launch } from '../model/launch.ts'
import { approval, startVault, testGateway } from '../test-vault.ts'
import { startVaultSite } from '../test-vault-site.ts'

/** A session of the payment page on a real site, with a gateway that answers what the test says. */
export async function startPaymentSite(
  t: TestContext,
  {
    flow = {},
    launch = {},
    answer = async () => approval,
    gateway = testGateway({ answers: answer }),
    linkSenders = {},
  }: {
    readonly flow?: Partial<Flow>
    readonly launch?: Partial<Launch>
    readonly answer?: () => Promise<GatewayAnswer>
    readonly gateway?: ReturnType<typeof testGateway> & Gateway
    readonly linkSenders?: LinkSenders
  } = {},
) {
  const vault = await startVault(t, { gateway, linkSenders })
  const site = await startVaultSite(t, vault)
  const launched = await vault.launch(flow, { entry: 'link', caller: 'no-call', ...launch })
  return {
    ...{ gateway, vault, site, launched },
    url: site.paymentPage(launched),
    session: vault.find(launched.guid),
  }
}

/** A customer's telephone: a browser window of its own. */
export async function openPhone(
  t: TestContext,
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 390, height: 760 }, ...options })
  t.after(() => context.close())
  return context.newPage()
}

/** Hears what a page complains of in its console. */
export function complaintsOf(page: Page): readonly string[] {
  const complaints: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  return complaints
}

export const rightCard = {
  'Card number': '4111 1111 1111 1111',
  'Expiry date': '12/30',
  'Security code': '123',
}

export async function typeCard(
  page: Page,
  card: Readonly<Record<string, string>> = rightCard,
): Promise<void> {
  for (const [label, text] of Object.entries(card)) {
    await page.getByLabel(label).fill('')
    await page.getByLabel(label).pressSequentially(text)
  }
}

export const payButton = (page: Page) => page.getByRole('button', { name: 'Pay £12.40' })

export const says = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor()

export const heading = (page: Page, name: string) => page.getByRole('heading', { name }).waitFor()

/** Axe finds nothing, and nothing sticks out at the side. */
export async function checkPage(page: Page, name: string): Promise<void> {
  await shoot(page, name)
  await assertAccessible(page)
  const { width } = page.viewportSize() ?? { width: 0 }
  assert.ok((await page.evaluate<number>('document.documentElement.scrollWidth')) <= width, name)
}

/** Keeps a picture of a page, when `TONEGATE_SHOTS` names a folder. */
export async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env.TONEGATE_SHOTS
  if (folder) await page.screenshot({ path: join(folder, `payment-page-${name}.png`) })
}
