import type { ViewState } from '@tonegate/protocol/view-state'
import { type KeptRefreshToken, keptRefreshToken } from './kept-refresh-token.ts'

/** A view in the middle of a payment, as the server sends it. */
export function viewState(change: Partial<ViewState> = {}): ViewState {
  return {
    state: 'capturing',
    step: 'payment-card-number',
    fields: {
      pan: { state: 'asked', digits: 0, attemptsLeft: 3 },
      expiry: { state: 'empty', digits: 0, attemptsLeft: 3 },
      securityCode: { state: 'empty', digits: 0, attemptsLeft: 3 },
    },
    brand: null,
    last4: null,
    order: { amountMinor: 1240, currency: 'GBP' },
    merchantName: 'Harbour Street Books',
    entry: 'keypad',
    keypad: 'open',
    slowMode: false,
    interDigitSeconds: 8,
    warnings: [],
    link: { opened: false, typing: null, sent: null },
    challenged: false,
    caller: 'on-call',
    endsAt: 0,
    result: null,
    ...change,
  }
}

type Asked = RequestInit & { readonly within?: number }

/**
 * A `fetch` that gives the answers of a test, in their order, and keeps what was asked. `never`: none comes, until the
 * request is given up.
 */
export function scriptedFetch(...answers: readonly (Response | Error | 'never')[]) {
  const asked: { readonly url: string; readonly init: Asked }[] = []
  const left = [...answers]
  const fetch = async (url: string, init: Asked): Promise<Response> => {
    asked.push({ url, init })
    const answer = left.shift() ?? new TypeError('no answer is left')
    if (answer === 'never') return givenUp(init)
    if (answer instanceof Error) throw answer
    return answer
  }
  return { fetch, asked }
}

const givenUp = ({ signal, within }: Asked) =>
  new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason))
    if (within !== undefined) setTimeout(() => reject(new Error('given up')), within)
  })

/** What a window has kept, without a browser; the tokens that it wants next are `next-1` and so on. */
export function testKept(stored?: string): KeptRefreshToken & { readonly stored: () => string | undefined } {
  const items = new Map(stored === undefined ? [] : [['session', stored]])
  const storage = testStorage(items)
  let wanted = 0
  const newToken = () => `next-${++wanted}`
  const kept = keptRefreshToken({ session: 'session', storage: () => storage, entry: testEntry(), newToken })
  return { ...kept, stored: () => items.get('session') }
}

export const testStorage = (items: Map<string, string>) =>
  ({
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  }) as unknown as Storage

/** The entry of a window's history, without a window. */
export function testEntry(state: unknown = null) {
  const entry = {
    state,
    replaceState(next: unknown) {
      entry.state = next
    },
  }
  return entry
}
