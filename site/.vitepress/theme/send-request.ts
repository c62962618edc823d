import type { TriedOperation } from '../../src/reference/operation-text.ts'
import { forgetBearer, sandboxBearer } from './sandbox-access.ts'

export interface Answer {
  readonly status: number
  readonly milliseconds: number
  readonly text: string
  /** The ids in it, for the next request. */
  readonly ids: Readonly<Record<string, string>>
  /** Where its error is explained on the page of errors. */
  readonly problem?: string
}

export interface Filled {
  readonly parameters: readonly (TriedOperation['parameters'][number] & { readonly value: string })[]
  readonly body: string | undefined
  readonly token: string
}

/** Of a stream without an end, this much is shown. */
const maxShownCharacters = 50_000

/**
 * Sends an operation to the host of the page: it may ask no other.
 *
 * @param take is given the answer; that of a stream again and again, as it grows.
 */
export async function sendRequest(
  operation: TriedOperation,
  filled: Filled,
  { take, signal }: { readonly take: (answer: Answer) => void; readonly signal: AbortSignal },
): Promise<void> {
  const begun = performance.now()
  let response = await send(operation, filled, signal)
  const isOwn = filled.token === '' && response.status === 401
  if (isOwn && forgetBearer(operation.access)) response = await send(operation, filled, signal)
  const { status } = response
  const milliseconds = Math.round(performance.now() - begun)
  if (!/^text\/event-stream/.test(response.headers.get('content-type') ?? '')) {
    take({ status, milliseconds, ...read(await response.text()) })
    return
  }
  let text = ''
  take({ status, milliseconds, text, ids: {} })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    text = `${text}${part.value}`.slice(-maxShownCharacters)
    take({ status, milliseconds, text, ids: {} })
  }
}

async function send(operation: TriedOperation, filled: Filled, signal: AbortSignal): Promise<Response> {
  const { parameters, body, token } = filled
  const headers = new Headers()
  for (const { name, in: place, value } of parameters)
    if (place === 'header' && value !== '') headers.set(name, value)
  const bearer = token || (await sandboxBearer(operation.access))
  if (bearer !== '') headers.set('authorization', `Bearer ${bearer}`)
  if (operation.body) headers.set('content-type', operation.body.mediaType)
  return fetch(addressOf(operation, parameters), {
    method: operation.method.toUpperCase(),
    headers,
    credentials: 'omit',
    redirect: 'manual',
    signal,
    ...(operation.body && body !== undefined && { body }),
  })
}

/** The path of an operation with what was filled in. */
export function addressOf({ path }: TriedOperation, parameters: Filled['parameters']): string {
  const query = new URLSearchParams()
  let filled = path
  for (const { name, in: place, value } of parameters) {
    if (place === 'path') filled = filled.replace(`{${name}}`, () => encodeURIComponent(value))
    else if (place === 'query' && value !== '') query.append(name, value)
  }
  return query.size > 0 ? `${filled}?${query}` : filled
}

function read(text: string): Omit<Answer, 'status' | 'milliseconds'> {
  try {
    const value = JSON.parse(text)
    const code = /#([a-z-]+)$/.exec(value.type ?? '')?.[1]
    return {
      text: JSON.stringify(value, null, 2),
      ids: idsIn(value),
      ...(code && { problem: `${code}-${value.status}` }),
    }
  } catch {
    return { text, ids: {} }
  }
}

/** Under the names of the parameters that they are for. */
function idsIn({ sessionGuid, callGuid, Id }: Readonly<Record<string, string>>): Record<string, string> {
  return {
    ...(sessionGuid && { sessionGuid }),
    ...(callGuid && { callGuid }),
    ...(Id && { id: Id }),
  }
}
