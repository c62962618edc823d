import type { TriedOperation } from '../../src/reference/operation-text.ts'

export interface Answer {
  readonly status: number
  readonly milliseconds: number
  readonly text: string
  /** The ids in it, for the next request. */
  readonly ids: Readonly<Record<string, string>>
  /** Where its error is explained on the page of errors. */
  readonly problem?: string
}

/** The page is not served by a sandbox. */
export class NoSandbox extends Error {
  constructor() {
    super('This page is not served by a sandbox. Start one with npm start, and open its page /docs/.')
  }
}

interface Filled {
  readonly parameters: readonly (TriedOperation['parameters'][number] & { readonly value: string })[]
  readonly body: string | undefined
  readonly token: string
}

/** Sends an operation to the host of the page: it may ask no other. */
export async function sendRequest(
  operation: TriedOperation,
  { parameters, body, token }: Filled,
): Promise<Answer> {
  const headers = new Headers()
  const query = new URLSearchParams()
  let { path } = operation
  for (const { name, in: place, value } of parameters) {
    if (value === '' && place !== 'path') continue
    if (place === 'path') path = path.replace(`{${name}}`, encodeURIComponent(value))
    else if (place === 'query') query.append(name, value)
    else headers.set(name, value)
  }
  const bearer = token || (operation.access === 'globalpci' ? await sandboxToken() : '')
  if (bearer !== '') headers.set('authorization', `Bearer ${bearer}`)
  if (operation.body) headers.set('content-type', operation.body.mediaType)
  const begun = performance.now()
  const response = await fetch(`${path}${query.size > 0 ? `?${query}` : ''}`, {
    method: operation.method.toUpperCase(),
    headers,
    credentials: 'omit',
    redirect: 'manual',
    ...(operation.body && body !== undefined && { body }),
  })
  const text = await response.text()
  return { status: response.status, milliseconds: Math.round(performance.now() - begun), ...read(text) }
}

function read(text: string): Omit<Answer, 'status' | 'milliseconds'> {
  try {
    const value = JSON.parse(text)
    const ids = Object.entries(value).filter(([name]) => /^(?:session|call)Guid$/.test(name))
    const code = /#([a-z-]+)$/.exec(value.type ?? '')?.[1]
    return {
      text: JSON.stringify(value, null, 2),
      ids: Object.fromEntries(ids) as Record<string, string>,
      ...(code && { problem: `${code}-${value.status}` }),
    }
  } catch {
    return { text, ids: {} }
  }
}

let kept: { readonly token: string; readonly until: number } | undefined

interface Client {
  readonly clientId: string
  readonly clientSecret: string
}

/** The sandbox’s own program, whose credentials the simulator’s page has for the same purpose. */
async function sandboxClient(): Promise<Client> {
  const page = await fetch('/sandbox')
  const data = page.ok
    ? new DOMParser().parseFromString(await page.text(), 'text/html').getElementById('simulator-data')
    : undefined
  if (!data?.textContent) throw new NoSandbox()
  return JSON.parse(data.textContent).client
}

/** A form with the sandbox’s own client in the place of the one in the example. */
export async function withSandboxClient(form: string): Promise<string> {
  const { clientId, clientSecret } = await sandboxClient()
  const fields = new URLSearchParams(form)
  fields.set('client_id', clientId)
  fields.set('client_secret', clientSecret)
  return fields.toString()
}

async function sandboxToken(): Promise<string> {
  if (kept && kept.until > performance.now()) return kept.token
  const answer = await fetch('/auth/connect/token', {
    method: 'POST',
    body: new URLSearchParams(await withSandboxClient('grant_type=client_credentials&scope=globalpci')),
  })
  const { access_token: token, expires_in: seconds } = await answer.json()
  kept = { token, until: performance.now() + (seconds - 60) * 1000 }
  return token
}
