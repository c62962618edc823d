import { type OAuthErrorCode, oauthErrors } from '../../base/problem.ts'

interface OAuthErrorOptions {
  /** `error_description`: only %x20-21, %x23-5B, %x5D-7E (RFC 6749 §5.2). */
  readonly description?: string
  /** Where it is not the one of the registry. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** The page of errors says more about it: `error_uri` leads there. */
  readonly explained?: true
}

/** An error that an OAuth endpoint answers with (RFC 6749 §5.2, contract/authentication §5). */
export class OAuthError extends Error {
  readonly code: OAuthErrorCode
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly description: string | undefined
  readonly explained: boolean

  constructor(code: OAuthErrorCode, { description, status, headers, explained }: OAuthErrorOptions = {}) {
    super(code)
    this.name = 'OAuthError'
    this.code = code
    this.status = status ?? oauthErrors[code]
    this.headers = headers ?? {}
    this.description = description
    this.explained = explained === true
  }

  /**
   * The JSON of the answer.
   *
   * @param documentation the page of errors.
   */
  body(documentation: string): string {
    return JSON.stringify({
      error: this.code,
      ...(this.description !== undefined && { error_description: this.description }),
      ...(this.explained && { error_uri: `${documentation}#${this.code}` }),
    })
  }
}
