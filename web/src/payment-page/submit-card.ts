import type { PageState, SubmitAnswer } from '@tonegate/protocol/payment-page-data'
import type { TimelyFetch } from '../timely-fetch.ts'

/**
 * What became of a form: nothing has left the browser · it was refused · the server has said that no payment was made
 * and that this form will make none · it is done with, and the page says how it ended.
 */
export type Submitted = SubmitAnswer | { readonly kind: 'not-sent' } | { readonly kind: 'not-paid' }

/** The server answers within eight. */
const answerMilliseconds = 20_000
const askMilliseconds = 10_000
const firstPause = 1_000
const maxPause = 8_000

/**
 * Sends the form, once and never again. When its answer is lost nobody knows whether it arrived: then the server is
 * asked what became of it, for as long as it takes, and takes it back if it is still on its way.
 *
 * @param unknown hears that the answer was lost.
 */
export function createSubmitCard({
  path,
  fetch,
  newSubmission,
  isOnline,
  pause,
  unknown,
}: {
  readonly path: string
  readonly fetch: TimelyFetch
  readonly newSubmission: () => string
  /** False when nothing can leave the browser for certain. */
  readonly isOnline: () => boolean
  readonly pause: (milliseconds: number) => Promise<void>
  readonly unknown: () => void
}): (form: URLSearchParams) => Promise<Submitted> {
  async function send(form: URLSearchParams): Promise<SubmitAnswer | undefined> {
    try {
      const answer = await fetch(path, {
        method: 'POST',
        headers: { accept: 'application/json' },
        body: form,
        within: answerMilliseconds,
      })
      return answer.ok || answer.status === 422 ? ((await answer.json()) as SubmitAnswer) : undefined
    } catch {
      return undefined
    }
  }

  async function takeBack(submission: string): Promise<PageState | undefined> {
    try {
      const answer = await fetch(`${path}/state`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ submission }),
        within: askMilliseconds,
      })
      return answer.ok ? ((await answer.json()) as { readonly state: PageState }).state : undefined
    } catch {
      return undefined
    }
  }

  async function untilKnown(submission: string): Promise<PageState> {
    for (let wait = firstPause; ; wait = Math.min(wait * 2, maxPause)) {
      const state = await takeBack(submission)
      if (state) return state
      await pause(wait)
    }
  }

  return async (form) => {
    if (!isOnline()) return { kind: 'not-sent' }
    const submission = newSubmission()
    const sent = new URLSearchParams(form)
    sent.set('submission', submission)
    const answer = await send(sent)
    if (answer) return answer
    unknown()
    return { kind: (await untilKnown(submission)) === 'open' ? 'not-paid' : 'done' }
  }
}
