import type { PageState, TypedReport } from '@tonegate/protocol/payment-page-data'
import type { FieldName } from '@tonegate/protocol/view-state'
import type { TimelyFetch } from '../timely-fetch.ts'

/** Four a second. */
const pauseMilliseconds = 250
/** A count is old then. */
const reportMilliseconds = 10_000

/**
 * Tells the server how many digits are in each field, at most four times a second, the latest count of each. A report
 * that does not arrive is not missed: another follows.
 *
 * @param elsewhere hears that the form is of no use any more.
 */
export function createTypingReports({
  path,
  fetch,
  after,
  elsewhere,
}: {
  readonly path: string
  readonly fetch: TimelyFetch
  readonly after: (milliseconds: number, callback: () => void) => void
  readonly elsewhere: () => void
}): (report: TypedReport) => void {
  const waiting = new Map<FieldName, number>()
  let isPausing = false

  async function send(report: TypedReport): Promise<void> {
    const answer = await fetch(`${path}/typing`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(report),
      keepalive: true,
      within: reportMilliseconds,
    })
    if (answer.status !== 200) return
    const { state } = (await answer.json()) as { readonly state: PageState }
    if (state !== 'open') elsewhere()
  }

  function sendNext(): void {
    const [next] = waiting
    isPausing = next !== undefined
    if (!next) return
    const [field, digits] = next
    waiting.delete(field)
    send({ field, digits }).catch(() => {})
    after(pauseMilliseconds, sendNext)
  }

  return ({ field, digits }) => {
    waiting.delete(field)
    waiting.set(field, digits)
    if (!isPausing) sendNext()
  }
}
