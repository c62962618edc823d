import type { PageState, PaymentFollowData } from '@tonegate/protocol/payment-page-data'
import type { TimelyFetch } from '../timely-fetch.ts'

/** Between two questions; longer when nobody has answered. */
const shortPause = 250
const longPause = 2_000
/** The server answers within twenty seconds that nothing has changed. */
const answerMilliseconds = 30_000

/** Resolves when a payment does not stand any more where its page says. A lost connection is tried again. */
export async function followPayment(
  { path, state: waited }: PaymentFollowData,
  {
    fetch,
    pause,
  }: {
    readonly fetch: TimelyFetch
    readonly pause: (milliseconds: number) => Promise<void>
  },
): Promise<void> {
  for (;;) {
    const state = await askState(`${path}/state?wait=${waited}`, fetch)
    if (state !== undefined && state !== waited) return
    await pause(state === undefined ? longPause : shortPause)
  }
}

/** Where a payment stands; `undefined` when the server does not say. */
export async function askState(url: string, fetch: TimelyFetch): Promise<PageState | undefined> {
  try {
    const answer = await fetch(url, { within: answerMilliseconds })
    return answer.ok ? ((await answer.json()) as { readonly state: PageState }).state : undefined
  } catch {
    return undefined
  }
}
