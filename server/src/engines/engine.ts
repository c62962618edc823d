/** A browser engine that the pages are played in beside Chromium, driven by the protocol that it speaks itself. */
export interface Engine {
  /** The browser and its version. */
  readonly name: string
  open(url: string): Promise<void>
  /** Runs an expression in the page, or in its first frame, and answers with the text that it comes to. */
  evaluate(expression: string, where?: Where): Promise<string>
  /** Presses keys, one by one, where the focus is. */
  type(keys: string): Promise<void>
  close(): Promise<void>
}

export type Where = 'page' | 'frame'

/** Starts an engine; `undefined` where the machine has none of the kind. */
export type StartEngine = () => Promise<Engine | undefined>

/** The keys of a text, as both protocols name them (WebDriver §17.4, WebDriver BiDi §7.9). */
export const keyActions = (keys: string) => [
  {
    type: 'key',
    id: 'keyboard',
    actions: [...keys].flatMap((value) => [
      { type: 'keyDown', value },
      { type: 'keyUp', value },
    ]),
  },
]

const waitMilliseconds = 20_000
const lookMilliseconds = 50

/** Looks until the expression is true there. */
export async function until(engine: Engine, expression: string, where: Where = 'page'): Promise<void> {
  const end = Date.now() + waitMilliseconds
  for (;;) {
    const seen = await engine.evaluate(`String(Boolean(${expression}))`, where).catch(String)
    if (seen === 'true') return
    if (Date.now() > end) {
      const page = await engine.evaluate('document.body.innerText', where).catch(String)
      throw new Error(`${engine.name}: ${expression} did not come to be. ${seen}. The page says: ${page}`)
    }
    await new Promise((resolve) => setTimeout(resolve, lookMilliseconds))
  }
}
