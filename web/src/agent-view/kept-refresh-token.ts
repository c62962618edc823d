/** A window's latest refresh token, kept for a reload of its page and for nothing else. */
export interface KeptRefreshToken {
  read(): string | undefined
  keep(token: string): void
  forget(): void
}

/**
 * Keeps it in the storage of this one window, under the session's id. Where the browser lets the page store nothing, it
 * stays with the page's entry in the window's history, which a reload of the frame alone leaves as it is.
 *
 * @param storage may throw, as `sessionStorage` does where it is forbidden.
 */
export function keptRefreshToken(
  session: string,
  storage: () => Storage,
  entry: Pick<History, 'state' | 'replaceState'>,
): KeptRefreshToken {
  const inEntry = (token: string | undefined) =>
    entry.replaceState(token === undefined ? null : { [session]: token }, '')
  return {
    read() {
      const state = entry.state as Readonly<Record<string, string>> | null
      return attempt(() => storage().getItem(session)) ?? state?.[session]
    },
    keep: (token) => attempt(() => storage().setItem(session, token) ?? true) ?? inEntry(token),
    forget() {
      attempt(() => storage().removeItem(session))
      inEntry(undefined)
    },
  }
}

function attempt<T>(use: () => T): T | undefined {
  try {
    return use()
  } catch {
    return undefined
  }
}
