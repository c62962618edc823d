import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Browser } from 'playwright-core'
import { startBrowser } from '../../../test/harness/test-browser.ts'
import { readBrowserAssets } from '../../http/browser-assets.ts'
import { startPaymentSite } from './test-payment-page.ts'

/**
 * Weighs the payment page, and times it on a slow telephone: a processor six times slower than this one, 150 ms of
 * round trip, 1.6 Mbit/s down. Time runs from the beginning of the navigation until the card number can be typed with
 * the script at work. Fails when the median is over a second, or the script over 30 KiB.
 */
const rounds = 15
const slowdown = 6
const roundTrip = 150
const network = {
  offline: false,
  latency: roundTrip,
  downloadThroughput: (1.6 * 1024 * 1024) / 8,
  uploadThroughput: (750 * 1024) / 8,
}
/** A name to be looked up, TCP, TLS 1.3: the browser's throttling leaves them out. */
const roundTripsOfConnection = 3
const budgetMilliseconds = 1_000
const budgetBytes = 30 * 1024

test('the payment page on a slow telephone', { timeout: 300_000 }, async (t) => {
  const { url } = await startPaymentSite(t)
  const browser = await startBrowser()
  t.after(() => browser.close())
  const { directory, paymentPage } = readBrowserAssets()
  const weigh = (file: string) => readFileSync(join(directory, `${file}.br`)).length
  const script = weigh(paymentPage.script)
  const styles = paymentPage.stylesheets.map(weigh)
  const document = (await (await fetch(url)).arrayBuffer()).byteLength
  console.log(
    `script ${script} bytes, stylesheet ${styles.join(' + ')} bytes (brotli), document ${document} bytes`,
  )

  const times: Timing[] = []
  await time(browser, url)
  for (let round = 0; round < rounds; round += 1) times.push(await time(browser, url))
  const painted = times.map((each) => each.painted).sort((a, b) => a - b)
  const ready = times.map((each) => each.ready).sort((a, b) => a - b)
  const connection = roundTripsOfConnection * roundTrip
  const print = (what: string, sorted: readonly number[]) =>
    console.log(
      `${what}: median ${median(sorted)} ms, slowest ${Math.round(sorted.at(-1) ?? Number.NaN)} ms; ` +
        `with a new connection (${connection} ms more) ${median(sorted) + connection} ms`,
    )
  print('first paint', painted)
  print('ready for the card', ready)
  if (median(ready) > budgetMilliseconds) throw new Error('It takes longer than a second.')
  if (script > budgetBytes) throw new Error('The script is heavier than 30 KiB.')
})

interface Timing {
  readonly painted: number
  readonly ready: number
}

async function time(browser: Browser, url: string): Promise<Timing> {
  const context = await browser.newContext({ viewport: { width: 390, height: 760 } })
  try {
    const page = await context.newPage()
    const session = await context.newCDPSession(page)
    await session.send('Network.enable')
    await session.send('Network.emulateNetworkConditions', network)
    await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown })
    await page.goto(url)
    await page.getByLabel('Card number').pressSequentially('41111')
    await page.locator('.brand', { hasText: 'Visa' }).waitFor()
    return await page.evaluate<Timing>(`(() => {
      const start = (name) => performance.getEntriesByName(name)[0]?.startTime ?? NaN
      return { painted: start('first-contentful-paint'), ready: start('payment-page-ready') }
    })()`)
  } finally {
    await context.close()
  }
}

function median(sorted: readonly number[]): number {
  return Math.round(sorted[sorted.length >> 1] ?? Number.NaN)
}
