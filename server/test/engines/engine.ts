/** A browser engine that the pages are played in beside Chromium, driven by the protocol that it speaks itself. */
export interface Engine {
  /** The browser and its version. */
  readonly name: string
  open(url: string): Promise<void>
  /** Runs an expression in the page, or in one of its frames, and answers with the text that it comes to. */
  evaluate(expression: string, where?: Where): Promise<string>
  /** Presses keys, one by one, where the focus is. */
  type(keys: string): Promise<void>
  close(): Promise<void>
}

export type Where = 'page' | 'frame' | 'second frame'

/** Which of a page's frames is meant. */
export const frameNumber = { frame: 0, 'second frame': 1 } as const

/** Starts an engine; `undefined` where the machine has none of the kind. */
export type StartEngine = () => Promise<Engine | undefined>

const maxWaitMilliseconds = 20_000
const lookIntervalMilliseconds = 50

/** Looks until the expression is true there. */
export async function until(engine: Engine, expression: string, where: Where = 'page'): Promise<void> {
  const end = Date.now() + maxWaitMilliseconds
  for (;;) {
    const seen = await engine.evaluate(`String(Boolean(${expression}))`, where).catch(String)
    if (seen === 'true') return
    if (Date.now() > end) {
      const page = await engine.evaluate('document.body.innerText', where).catch(String)
      throw new Error(`${engine.name}: ${expression} did not come to be. ${seen}. The page says: ${page}`)
    }
    await new Promise((resolve) => setTimeout(resolve, lookIntervalMilliseconds))
  }
}
