import type { Client } from '../../clients/known-clients.ts'
import type { FormParameters } from '../../endpoints/form-parameters.ts'
import type { SignIn } from '../sign-ins.ts'
import type { ErrorReason } from './texts/texts.ts'
/** What the person is about to allow. The parameters go through the form as they came. */
export interface PendingRequest {
  readonly client: Client
  readonly redirectUri: string
  /** Space-separated. */
  readonly scope: string
  readonly parameters: FormParameters
  readonly loginHint: string | undefined
  readonly uiLocales: string | undefined
}

/** What leads to the question whether to sign out. */
export interface PendingSignOut {
  readonly signIn: SignIn
  /** Who asks for it; `undefined` when that is not known. */
  readonly client: Client | undefined
  /** Where the person goes from there; one of the client's own. */
  readonly redirectUri: string | undefined
  readonly parameters: FormParameters
  readonly uiLocales: string | undefined
}

/** What the sign-in page says beside its usual words. */
export type SignInNotice =
  | 'wrong'
  /** Nothing: the person who is signed in has asked to be another. */
  | 'other-person'
  /** The client asks for a fresh proof of who the person is, or the person for another name. */
  | 'sign-in-again'
  /** Who is signed in belongs to an account that the client is not for. */
  | 'foreign-account'
  /** The client asks for the person that its ID token is about, and that is another one. */
  | 'another-person'
  | { readonly reason: 'throttled' | 'busy'; readonly retryAfterSeconds: number }

/** What went wrong where no client can be told. */
export interface PageProblem {
  readonly status: number
  readonly reason: ErrorReason
  readonly uiLocales?: string | undefined
  /** A path of ours that leads out of it. */
  readonly startAgainAt?: string
}
