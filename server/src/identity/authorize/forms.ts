import { type Html, html } from '../../http/html.ts'
import type { FormParameters } from '../endpoints/form-parameters.ts'

/** Where the forms of the pages are sent. */
export function formPaths(issuer: string) {
  const path = new URL(issuer).pathname
  return {
    signIn: `${path}/sign-in`,
    consent: `${path}/consent`,
    endSession: `${path}/connect/endsession`,
  }
}

/** The names of what a form holds beside the parameters of the request that led to it. */
export const formFields = {
  token: 'form_token',
  username: 'username',
  password: 'password',
  decision: 'decision',
} as const

/** The buttons of the consent page. */
export type Decision = 'allow' | 'deny' | 'switch-user'

/** The fields of a form that the person does not see. */
export function hiddenFields(token: string, parameters: FormParameters): readonly Html[] {
  const ours = new Set<string>(Object.values(formFields))
  const others = [...parameters].filter(([name]) => !ours.has(name))
  return [[formFields.token, token] as const, ...others].map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">
`,
  )
}

/**
 * The `form-action` of a form after which the browser is sent to a URI. Chromium holds all redirects after a form
 * to it, also those that the client makes from its own address to another host, so that a scheme is named and
 * not a host; from a machine's own address the way may lead to http or https.
 */
export function formActionTowards(uri: string | undefined): string {
  if (uri === undefined) return "'self'"
  const { protocol } = new URL(uri)
  return protocol === 'http:' ? "'self' http: https:" : `'self' ${protocol}`
}
