import type { OutgoingAnswer } from '../../base/outgoing/outgoing.ts'
import { Problem } from '../../base/problem.ts'
import type { AskProvider, ProviderRequest, ProviderTarget } from './ask-provider.ts'
import { notLaunched, problemCode, refused, unavailable } from './provider-answers.ts'
import type { ProviderTokens, TokenSource } from './tokens.ts'

/** A request of the provider's API, whose body is JSON. */
export interface ApiRequest extends Pick<ProviderRequest, 'step' | 'method' | 'path'> {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

export interface CallProvider {
  /**
   * Asks with a pair of tokens of its own, which was good a moment ago.
   *
   * @throws {Problem} `provider-refused`, `provider-unavailable`: also for an answer of 429 or 5xx that is not about
   *   this request alone.
   */
  withFreshTokens(target: ProviderTarget, request: ApiRequest): Promise<Called>
  /** Asks with the pair that such requests share. Throws as {@link withFreshTokens}. */
  withSharedTokens(target: ProviderTarget, request: ApiRequest): Promise<Called>
}

interface Called {
  readonly answer: OutgoingAnswer
  readonly tokens: ProviderTokens
}

/** Requests of a provider's API with its bearer token. A token that it takes no more is replaced, once. */
export function createCallProvider({
  ask,
  tokens: source,
}: {
  readonly ask: AskProvider
  readonly tokens: TokenSource
}): CallProvider {
  const send = (
    target: ProviderTarget,
    { step, method, path, headers, body }: ApiRequest,
    { accessToken }: ProviderTokens,
  ) =>
    ask.send(target, {
      step,
      method,
      path,
      headers: {
        ...headers,
        authorization: `Bearer ${accessToken}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: Buffer.from(JSON.stringify(body)) }),
    })

  async function call(
    target: ProviderTarget,
    request: ApiRequest,
    next: (before?: ProviderTokens) => Promise<ProviderTokens>,
  ): Promise<Called> {
    const first = await next().catch(notAsked)
    const answer = await send(target, request, first)
    if (answer.status !== 401) return checked({ answer, tokens: first })
    const second = await next(first).catch(notAsked)
    const again = await send(target, request, second)
    if (again.status === 401) {
      throw notLaunched(refused('The payment provider rejected a token that it had just issued.'))
    }
    return checked({ answer: again, tokens: second })
  }

  return {
    withFreshTokens: (target, request) => call(target, request, () => source.fresh(target)),
    withSharedTokens: (target, request) => call(target, request, (before) => source.shared(target, before)),
  }
}

/** Problems of Tonegate's vault that another request would not have. */
const ofThisRequest = new Set(['quota-exceeded', 'link-not-sent'])

/** Without tokens the request itself was not made. */
function notAsked(error: unknown): never {
  throw error instanceof Problem ? notLaunched(error) : error
}

function checked(called: Called): Called {
  const { answer } = called
  if (answer.status === 429 && !ofThisRequest.has(problemCode(answer))) {
    throw notLaunched(unavailable(answer))
  }
  if (answer.status >= 500 && !ofThisRequest.has(problemCode(answer))) throw unavailable(answer)
  return called
}
