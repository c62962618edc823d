import type { PageState, PaymentFollowData } from '../../../server/src/vault/payment-page-data.ts'

/** Between two questions; longer when nobody has answered. */
const shortPause = 250
const longPause = 2_000

/** Resolves when a payment does not stand any more where its page says. A lost connection is tried again. */
export async function followPayment(
  { path, state: waited }: PaymentFollowData,
  {
    fetch,
    pause,
  }: {
    readonly fetch: typeof globalThis.fetch
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
export async function askState(url: string, fetch: typeof globalThis.fetch): Promise<PageState | undefined> {
  try {
    const answer = await fetch(url)
    return answer.ok ? ((await answer.json()) as { readonly state: PageState }).state : undefined
  } catch {
    return undefined
  }
}
