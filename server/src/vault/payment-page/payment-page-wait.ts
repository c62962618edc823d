import type { PageState } from '@tonegate/protocol/payment-page-data'
import type { Clock } from '../../base/clock.ts'
import type { OpenSession } from '../model/vault-sessions.ts'

/** Where the payment page of a session stands. */
export function pageStateOf(session: OpenSession): PageState {
  const { state } = session.view()
  if (state === 'ended') return 'over'
  if (state !== 'processing') return 'open'
  return session.challenge() ? 'challenge' : 'processing'
}

/**
 * Resolves when the payment page of a session does not stand there any more, after so long, or when nobody waits any
 * more.
 */
export function waitWhile(
  state: PageState,
  session: OpenSession,
  {
    clock,
    milliseconds,
    signal,
  }: { readonly clock: Clock; readonly milliseconds: number; readonly signal?: AbortSignal },
): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      unsubscribe()
      stopWaiting()
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const look = () => pageStateOf(session) !== state && done()
    const unsubscribe = session.subscribe(look)
    const stopWaiting = clock.after(milliseconds, done)
    signal?.addEventListener('abort', done)
    if (signal?.aborted) done()
    else look()
  })
}
