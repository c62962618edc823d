/** A refresh token, and the one that the page wants for it. */
export interface Renewing {
  readonly refreshToken: string
  readonly successor: string
}

/** A window's latest refresh token, which outlives a reload of its page. */
export interface KeptRefreshToken {
  keep(token: string): void
  has(): boolean
  /**
   * What a renewal says. It says the same until there is another token to keep: an answer that was lost, with the page
   * that waited for it or on its way, is asked for again.
   */
  renewing(): Renewing | undefined
  forget(): void
}

/**
 * Keeps it in the storage of this one window, under the session's id. Where the browser lets the page store nothing, it
 * stays with the page's entry in the window's history, which a reload of the frame alone leaves as it is.
 *
 * @param storage may throw, as `sessionStorage` does where it is forbidden.
 * @param newToken 32 digits in base 16 that nobody guesses.
 */
export function keptRefreshToken({
  session,
  storage,
  entry,
  newToken,
}: {
  readonly session: string
  readonly storage: () => Storage
  readonly entry: Pick<History, 'state' | 'replaceState'>
  readonly newToken: () => string
}): KeptRefreshToken {
  const inEntry = (token: string | undefined) =>
    entry.replaceState(token === undefined ? null : { [session]: token }, '')
  const keep = (tokens: string) =>
    attempt(() => storage().setItem(session, tokens) ?? true) ?? inEntry(tokens)
  function read(): readonly string[] {
    const state = entry.state as Readonly<Record<string, string>> | null
    return (attempt(() => storage().getItem(session)) ?? state?.[session] ?? '').split(' ')
  }
  return {
    keep,
    has: () => read()[0] !== '',
    renewing() {
      const [refreshToken, successor = newToken()] = read()
      if (!refreshToken) return undefined
      keep(`${refreshToken} ${successor}`)
      return { refreshToken, successor }
    },
    forget() {
      attempt(() => storage().removeItem(session))
      inEntry(undefined)
    },
  }
}

/** 128 bits. */
export function newToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function attempt<T>(use: () => T): T | undefined {
  try {
    return use()
  } catch {
    return undefined
  }
}
