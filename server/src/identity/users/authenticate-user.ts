import type { KnownUser } from './known-users.ts'

/** A username and a password, as they were sent, and from which IP address. */
export interface SignInAttempt {
  readonly username: string
  readonly password: string
  readonly address: string
}

/** What became of an attempt. A refusal does not say whether the username or the password was wrong. */
export type SignInOutcome =
  | { readonly outcome: 'authenticated'; readonly user: KnownUser }
  | { readonly outcome: 'refused' }
  /** Too many failures before it; the password was not looked at. */
  | { readonly outcome: 'throttled'; readonly retryAfterSeconds: number }
  /** Too many people sign in at this moment; the password was not looked at. */
  | { readonly outcome: 'busy'; readonly retryAfterSeconds: number }

/** Checks a person's password: for the sign-in page, and for the password grant. */
export type AuthenticateUser = (attempt: SignInAttempt) => Promise<SignInOutcome>
