/** A request of the program, and its answer. */
export interface Exchange {
  readonly id: number
  readonly method: 'GET' | 'POST'
  /** As the page asked it, on its own host. */
  readonly path: string
  /** Where programs ask it. */
  readonly url: string
  readonly authorization: string | undefined
  readonly body: Body | undefined
  /** Null until it is answered. */
  readonly status: number | null
  readonly answer: unknown
  /** How often in a row it was asked and answered alike. */
  readonly times: number
}

type Body =
  | { readonly kind: 'form'; readonly members: Readonly<Record<string, string>> }
  | { readonly kind: 'json'; readonly content: object }

/** An exchange added to those before. One that only says again what the last has said is counted there. */
export function withExchange(before: readonly Exchange[], next: Exchange): readonly Exchange[] {
  const last = before.at(-1)
  const again =
    last !== undefined &&
    last.method === 'GET' &&
    next.method === 'GET' &&
    last.path === next.path &&
    last.status === next.status &&
    JSON.stringify(last.answer) === JSON.stringify(next.answer)
  return again ? [...before.slice(0, -1), { ...last, times: last.times + 1 }] : [...before, next]
}

const secretNames = /^(access_token|client_secret|agent(Access|Refresh)Token)$/
const shownCharacters = 12

/** The same value, with each token and secret in it cut to its beginning. */
export function shortened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shortened)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      typeof member === 'string' && secretNames.test(name) ? cut(member) : shortened(member),
    ]),
  )
}

/** What the request carried, as it is shown. */
export function shownRequest({ authorization, body }: Exchange): string {
  const lines = authorization === undefined ? [] : [`Authorization: Bearer ${cut(authorization)}`]
  if (body?.kind === 'form') {
    for (const [name, text] of Object.entries(shortened(body.members) as typeof body.members)) {
      lines.push(`${name}=${text}`)
    }
  }
  if (body?.kind === 'json') lines.push(JSON.stringify(shortened(body.content), null, 2))
  return lines.join('\n')
}

const cut = (text: string): string =>
  text.length > shownCharacters + 4 ? `${text.slice(0, shownCharacters)}…` : text

/** The request as a line for a terminal, whole: it works when it is pasted. */
export function asCurl({ method, url, authorization, body }: Exchange): string {
  const parts = ['curl', quoted(url)]
  if (authorization !== undefined) parts.push('-H', quoted(`Authorization: Bearer ${authorization}`))
  if (body?.kind === 'form') {
    for (const [name, text] of Object.entries(body.members))
      parts.push('--data-urlencode', quoted(`${name}=${text}`))
  } else if (body?.kind === 'json') {
    parts.push('--json', quoted(JSON.stringify(body.content)))
  } else if (method === 'POST') {
    parts.push('-X', 'POST')
  }
  return parts.join(' ')
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
