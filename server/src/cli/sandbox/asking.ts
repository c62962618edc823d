import { commands } from '../../base/files/own-files.ts'
import { readJsonText } from '../../base/text/read-json.ts'
import { Refused, WrongUsage } from '../refused.ts'

/** What a command works with that asks a sandbox by HTTP, and opens nothing of this machine. */
export interface Asking {
  /** Where the sandbox is unless an option says so. */
  readonly usualUrl: string
  /** Aborted when the operator ends the command. */
  readonly signal: AbortSignal
  readonly fetch: typeof fetch
  readonly form: 'text' | 'json'
  /** Writes what has been found; resolves when more may be written. */
  print(text: string): Promise<void> | void
  /** Tells the operator something beside that. */
  tell(text: string): void
  /** Resolves after so many milliseconds, or at the end. */
  pause(milliseconds: number): Promise<void>
  readonly now: () => number
}

export const urlOption = {
  value: 'URL',
  help: 'where the sandbox is; default: TONEGATE_URL, or http://127.0.0.1:8080',
} as const

/** @throws {WrongUsage} for what is no address. */
export function sandboxUrl({ usualUrl }: Pick<Asking, 'usualUrl'>, given: string | undefined): URL {
  const text = given ?? usualUrl
  const url = URL.parse(text)
  if (url && /^https?:$/.test(url.protocol)) return url
  throw new WrongUsage(`'${text}' is no address of a sandbox. Write it as http://127.0.0.1:8080.`)
}

/** @throws {Refused} with what to do, where nothing answers. */
export async function askSandbox(
  { fetch, signal }: Asking,
  url: URL,
  init: RequestInit = {},
): Promise<Response> {
  try {
    return await fetch(url, { signal, ...init })
  } catch (error) {
    if (signal.aborted) throw new Refused('It was ended before the sandbox had answered.')
    throw new Refused(
      `No sandbox answers at ${url.origin}: ${reasonOf(error)}. Start one with ${commands.sandbox}, or say with --url where it is.`,
    )
  }
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name could not be looked up',
  ECONNRESET: 'the connection was closed',
  UND_ERR_SOCKET: 'the connection was closed',
  'bad port': 'no HTTP client asks this port',
}

/** Why a request was not answered, in a few words. */
export function reasonOf(error: unknown): string {
  const { cause } = error as { readonly cause?: { readonly code?: string; readonly message?: string } }
  return reasons[cause?.code ?? cause?.message ?? ''] ?? cause?.code ?? 'it did not answer'
}

/** @throws {Refused} with what the server says. */
export async function refusal(answer: Response): Promise<Refused> {
  const text = await answer.text()
  if (answer.status === 503)
    return new Refused(`The sandbox at ${new URL(answer.url).origin} is not ready yet.`)
  try {
    const { detail } = JSON.parse(text)
    const isThere = answer.status !== 404 || !/at this path/.test(detail)
    if (typeof detail === 'string' && isThere) return new Refused(detail)
  } catch {
    // It is no answer of ours.
  }
  return noSandbox(answer)
}

/**
 * What a sandbox answers, in JSON.
 *
 * @param member that it has.
 * @throws {Refused} with what the server says, or where it is no sandbox.
 */
export async function readAnswer<T extends object>(answer: Response, member: keyof T & string): Promise<T> {
  if (!answer.ok) throw await refusal(answer)
  const read = readJsonText(await answer.text())
  if (typeof read === 'object' && read !== null && member in read) return read as T
  throw noSandbox(answer)
}

const noSandbox = ({ url, status }: Response): Refused =>
  new Refused(`${new URL(url).origin} answered ${status}: it is not a sandbox, or one of an older version.`)
