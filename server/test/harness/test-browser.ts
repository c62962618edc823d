import assert from 'node:assert/strict'
import { after } from 'node:test'
import sparticuz from '@sparticuz/chromium'
import axe from 'axe-core'
import { type Browser, chromium, type Frame, type Page } from 'playwright-core'

/**
 * Switches for small machines that are left out: the first two let a page do what a customer's browser forbids,
 * with the next two a browser that closes a page closes altogether, and with the others it paints each page by a
 * graphics card that it imitates, which takes three times as long.
 */
const unwanted = [
  '--disable-web-security',
  '--allow-running-insecure-content',
  '--single-process',
  '--no-zygote',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
  '--in-process-gpu',
]

/** Starts a real browser. Whoever starts one closes it. */
export async function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: await sparticuz.executablePath(),
    args: [...sparticuz.args.filter((arg) => !unwanted.includes(arg)), '--disable-gpu'],
  })
}

let shared: Promise<Browser> | undefined

/** The one browser of all test files of a process, for their top level; it is closed after the last test. */
export function sharedBrowser(): Promise<Browser> {
  if (shared !== undefined) return shared
  const starting = startBrowser()
  after(async () => (await starting).close())
  shared = starting
  return starting
}

/** What is in order, and what axe could not look at, is not worked out. */
const violationsAlone: axe.RunOptions = { resultTypes: ['violations'], preload: false }

/**
 * Fails with what axe finds wrong with a page for people who cannot see, hear or point (WCAG 2.2 AA).
 *
 * @param colorScheme a page that was looked at in light differs by its colors alone.
 */
export async function assertAccessible(
  page: Page | Frame,
  colorScheme: 'light' | 'dark' = 'light',
): Promise<void> {
  if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(axe.source)
  const found = await page.evaluate(
    async (options) => {
      const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(options)
      return violations.map(
        ({ id, nodes }) =>
          `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('; ')}`,
      )
    },
    colorScheme === 'dark' ? { ...violationsAlone, runOnly: ['cat.color'] } : violationsAlone,
  )
  assert.deepEqual(found, [])
}
