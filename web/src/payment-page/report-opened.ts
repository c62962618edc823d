import type { TimelyFetch } from '../timely-fetch.ts'

/** A report that did not arrive is sent again so often. */
const maxTries = 5
const pauseMilliseconds = 2_000
const answerMilliseconds = 10_000

type SeenDocument = Pick<Document, 'visibilityState' | 'addEventListener' | 'removeEventListener'> & {
  readonly prerendering?: boolean
}

/**
 * Reports that somebody sees the payment page: not while a browser draws it ahead, nor in a tab that nobody has looked at.
 */
export async function reportOpened(
  path: string,
  {
    document,
    fetch,
    pause,
  }: {
    readonly document: SeenDocument
    readonly fetch: TimelyFetch
    readonly pause: (milliseconds: number) => Promise<void>
  },
): Promise<void> {
  await seen(document)
  for (let tries = 1; tries <= maxTries; tries += 1) {
    const request = { method: 'POST', keepalive: true, within: answerMilliseconds }
    const answer = await fetch(`${path}/opened`, request).catch(() => undefined)
    if (answer?.ok) return
    await pause(pauseMilliseconds)
  }
}

const changes = ['visibilitychange', 'prerenderingchange'] as const

function seen(document: SeenDocument): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (document.prerendering || document.visibilityState !== 'visible') return
      for (const change of changes) document.removeEventListener(change, look)
      resolve()
    }
    for (const change of changes) document.addEventListener(change, look)
    look()
  })
}
