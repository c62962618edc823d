import { launch } from 'puppeteer-core'
import { type Engine, frameNumber, type Where } from './engine.ts'

/**
 * Starts Firefox without a window, driven by WebDriver BiDi.
 *
 * @param executablePath the browser's own program.
 */
export async function startFirefox(executablePath: string): Promise<Engine> {
  const browser = await launch({ browser: 'firefox', executablePath })
  const page = await browser.newPage()
  const frameOf = (where: Where) => {
    if (where === 'page') return page.mainFrame()
    const frame = page.mainFrame().childFrames()[frameNumber[where]]
    if (!frame) throw new Error('The page has no such frame.')
    return frame
  }
  return {
    name: await browser.version(),
    async open(url) {
      await page.goto(url)
    },
    evaluate: async (expression, where = 'page') =>
      String(await frameOf(where).evaluate(`String(${expression})`)),
    type: (keys) => page.keyboard.type(keys),
    close: () => browser.close(),
  }
}
