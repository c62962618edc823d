import type { Html } from '../../../../http/html.ts'
import type { Scope } from '../../../scopes.ts'

/** A heading and what to do about it. */
export interface PageMessage {
  readonly heading: string
  readonly advice: string
}

/** What the pages say, in one language. Names of clients, accounts and people are put in as markup. */
export interface Texts {
  readonly signIn: {
    readonly title: string
    readonly errorTitle: string
    readonly asks: (client: Html, account: Html) => Html
    readonly username: string
    readonly password: string
    readonly submit: string
    readonly wrong: PageMessage
    readonly again: string
    readonly foreignAccount: (client: Html, account: Html) => Html
    /** The client asks for the user that it knows, and that is another one. */
    readonly anotherPerson: (client: Html) => Html
    /** `when`: "in 2 minutes". */
    readonly throttled: (when: string) => PageMessage
    readonly busy: (when: string) => PageMessage
  }
  readonly consent: {
    readonly title: string
    readonly asks: (client: Html, account: Html) => Html
    readonly scopes: Readonly<Record<Scope, string>>
    readonly signedInAs: string
    readonly yourAccount: string
    readonly goesOnTo: string
    readonly thisComputer: string
    readonly appOnThisDevice: string
    readonly foreign: (client: Html, account: Html) => Html
    readonly allow: string
    readonly deny: string
    readonly switchUser: string
  }
  readonly signOut: {
    readonly title: string
    readonly asks: (client: Html) => Html
    readonly signedInAs: (person: Html) => Html
    readonly submit: string
    readonly stay: string
    readonly done: PageMessage
  }
  readonly errors: Readonly<Record<ErrorReason, PageMessage>>
  readonly startAgain: string
}

/** What the error page can say. */
export type ErrorReason =
  | 'unknown-client'
  | 'redirect-uri-not-registered'
  | 'request-malformed'
  | 'form-expired'
  | 'no-page-of-its-own'
  | 'internal'
