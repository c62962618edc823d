/** A window's latest refresh token, kept for a reload of its page and for nothing else. */
export interface KeptRefreshToken {
  read(): string | undefined
  keep(token: string): void
  forget(): void
}

/**
 * Keeps it in the storage of this one window, under the session's id. Where the browser lets the page store nothing,
 * nothing is kept.
 *
 * @param storage may throw, as `sessionStorage` does where it is forbidden.
 */
export function keptRefreshToken(session: string, storage: () => Storage): KeptRefreshToken {
  const attempt = <T>(use: (storage: Storage) => T): T | undefined => {
    try {
      return use(storage())
    } catch {
      return undefined
    }
  }
  return {
    read: () => attempt((stored) => stored.getItem(session)) ?? undefined,
    keep: (token) => attempt((stored) => stored.setItem(session, token)),
    forget: () => attempt((stored) => stored.removeItem(session)),
  }
}
