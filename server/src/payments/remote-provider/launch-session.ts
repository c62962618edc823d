import { type Guid, parseGuid } from '../../base/guid.ts'
import type { Log } from '../../base/log.ts'
import type { OutgoingAnswer } from '../../base/outgoing/outgoing.ts'
import type { ProviderSettings } from '../configurations/provider-settings.ts'
import type { ProviderLaunch, ProviderLaunched } from '../provider.ts'
import { invalidMembers } from '../requests/wrong-members.ts'
import { type ProviderTarget, urlAt } from './ask-provider.ts'
import type { CallProvider } from './call-provider.ts'
import { initialValues } from './initial-values.ts'
import { bodyOf, notLaunched, pageUrl, refused } from './provider-answers.ts'
import type { ProviderTokens, TokenSource } from './tokens.ts'

/**
 * Opens a session at a provider (contract/provider §2) and says how its pages are opened
 * (contract/provider §3). The tokens are a pair of their own, for the agent's browser alone.
 *
 * @throws {Problem} `provider-refused`, `provider-unavailable`, `invalid-request` when the account configuration names
 *   no flow for sessions of this kind.
 */
export type LaunchSession = (
  target: ProviderTarget,
  launch: ProviderLaunch,
  callbackUrl: string,
) => Promise<Omit<ProviderLaunched, 'durable'>>

export function createLaunchSession({
  call,
  tokens: source,
  log,
}: {
  readonly call: CallProvider
  readonly tokens: TokenSource
  readonly log: Log
}): LaunchSession {
  return async (target, launch, callbackUrl) => {
    const { accountId, configurationId, provider } = target
    const flowId = provider.flowId[launch.kind === 'digital' ? 'digital' : 'agentAssist']
    if (flowId === undefined) {
      throw invalidMembers([
        {
          path: '/accountConfigurationId',
          message: `does not name a flow of its provider for ${launch.kind}`,
        },
      ])
    }
    const request = {
      step: 'launch',
      method: 'POST',
      path: `/api/v1/session/${provider.tenantId}/launch`,
      headers: { 'idempotency-key': launch.sessionGuid },
      body: { FlowId: flowId, InitialValues: initialValues(provider.initialValues, launch, callbackUrl) },
    } as const
    const { answer, tokens } = await (provider.kind === 'tonegate'
      ? call.withSharedTokens(target, request)
      : call.withFreshTokens(target, request))
    const launched = readLaunched(answer)
    if ('wrong' in launched) {
      const { wrong } = launched
      log.warn(
        { accountId, configurationId, status: answer.status, wrong },
        'the provider did not launch a session',
      )
      const problem = refused(launchRefusal(wrong, flowId, configurationId))
      throw saysNo(answer.status) ? notLaunched(problem) : problem
    }
    const { id, viewUrl, paymentFormUrl } = launched
    const pagesTokens =
      launched.tokens ?? (provider.kind === 'tonegate' ? await source.fresh(target) : tokens)
    return {
      providerSessionGuid: id,
      iframeUrl: viewUrl === undefined ? defaultViewUrl(provider, id) : inView(provider.view, viewUrl),
      agentAccessToken: pagesTokens.accessToken,
      agentRefreshToken: pagesTokens.refreshToken,
      paymentFormUrl,
    }
  }
}

function defaultViewUrl({ baseUrl, viewBaseUrl, tenantId, view }: ProviderSettings, id: Guid): string {
  return inView(view, urlAt(viewBaseUrl ?? baseUrl, `/session/${tenantId}/view/${id}/framed`).href)
}

const inView = (view: ProviderSettings['view'], url: string) =>
  view === 'framed' ? url : url.replace(/\/framed$/, '')

interface LaunchedThere {
  readonly id: Guid
  /** Tonegate's vault says where its pages are, and has tokens for the agent's page alone. */
  readonly viewUrl: string | undefined
  readonly tokens: Pick<ProviderTokens, 'accessToken' | 'refreshToken'> | undefined
  /** Empty where the provider has no page for the customer, as PCI Pal. */
  readonly paymentFormUrl: string
}

type Wrong = 'unknown flow' | 'an error' | 'no session'

function readLaunched(answer: OutgoingAnswer): LaunchedThere | { readonly wrong: Wrong } {
  const body = bodyOf(answer)
  if (answer.status < 200 || answer.status > 299) {
    const said = answer.body.toString('utf8')
    const unknownFlow = answer.status === 400 && /flow/i.test(said) && /not\s*found/i.test(said)
    return { wrong: unknownFlow ? 'unknown flow' : 'an error' }
  }
  if (!body || body.error) return { wrong: 'an error' }
  const id = typeof body.id === 'string' ? parseGuid(body.id) : undefined
  if (!id) return { wrong: 'no session' }
  const { accesstoken: accessToken, refreshtoken: refreshToken } = body
  return {
    id,
    viewUrl: pageUrl(body.viewurl),
    tokens: isToken(accessToken) && isToken(refreshToken) ? { accessToken, refreshToken } : undefined,
    paymentFormUrl: pageUrl(body.paymentformurl) ?? '',
  }
}

/** Whether a status means that nothing was launched; by 409 and 422 something was asked for before. */
const saysNo = (status: number): boolean =>
  status >= 400 && status < 500 && status !== 408 && status !== 409 && status !== 422

/** Nothing that the provider wrote is repeated. */
function launchRefusal(wrong: Wrong, flowId: string | number, configurationId: number): string {
  const where = `Check account configuration ${configurationId}.`
  if (wrong === 'unknown flow') return `The payment provider does not know the flow ${flowId}. ${where}`
  if (wrong === 'an error') return `The payment provider refused to open a session. ${where}`
  return 'The payment provider returned an unexpected answer instead of a new session.'
}

const isToken = (given: unknown): given is string =>
  typeof given === 'string' && /^[\x21-\x7e]{16,16384}$/.test(given)
