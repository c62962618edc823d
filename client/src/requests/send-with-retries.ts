import { NetworkError, TimeoutError } from '../errors.ts'
import { problemCodeOf } from './read-answer.ts'
import { readRetryAfter } from './retry-after.ts'
import { type Received, type Sending, sendOnce, type Wire } from './send-once.ts'

/** How often and how long a request is tried again. */
export interface Patience {
  /** Further tries after the first; 0 for none. */
  readonly retries: number
  /** The longest wait before another try, in milliseconds: when the server asks for more, its answer is given to the caller. */
  readonly longestWait: number
  /** From 0 to 1, as `Math.random`. */
  readonly random: () => number
}

/** @param repeatable whether nothing is done twice when the request arrives twice. */
export type Send = (sending: Sending & { readonly repeatable: boolean }) => Promise<Received>

const shortestWait = 500
const longestOwnWait = 8000
const passing: ReadonlySet<number> = new Set([408, 429, 502, 503, 504])
/** These are 502 too, and come again each time. */
const lasting: readonly unknown[] = ['provider-refused', 'link-not-sent']

/**
 * Sends a request until it is answered by something that does not pass by itself. A request that must not be repeated is
 * sent again only if the server says that it did not even begin with it (429).
 */
export function createSend(wire: Wire, patience: Patience): Send {
  return async ({ repeatable, ...sending }) => {
    for (let tries = 0; ; tries += 1) {
      const tried = await tryOnce(wire, sending)
      const wait = tries < patience.retries ? waitAfter(tried, repeatable, tries) : undefined
      if (wait === undefined || wait > patience.longestWait) {
        if ('error' in tried) throw tried.error
        return tried.answer
      }
      await wire.clock.sleep(wait, sending.signal)
    }
  }

  function waitAfter(tried: Tried, repeatable: boolean, tries: number): number | undefined {
    const own = Math.min(shortestWait * 2 ** tries, longestOwnWait) * (1 - patience.random() / 2)
    if ('error' in tried) return repeatable ? own : undefined
    if (!isPassing(tried.answer, repeatable)) return undefined
    const asked = readRetryAfter(tried.answer.headers, wire.clock.now()) ?? 0
    return Math.max(asked, own)
  }
}

type Tried = { readonly answer: Received } | { readonly error: NetworkError | TimeoutError }

async function tryOnce(wire: Wire, sending: Sending): Promise<Tried> {
  try {
    return { answer: await sendOnce(wire, sending) }
  } catch (error) {
    if (error instanceof NetworkError || error instanceof TimeoutError) return { error }
    throw error
  }
}

function isPassing(answer: Received, repeatable: boolean): boolean {
  if (answer.status === 429) return true
  if (!repeatable) return false
  const code = problemCodeOf(answer)
  return code === 'idempotency-in-progress' || (passing.has(answer.status) && !lasting.includes(code))
}
