import type { SimulatorPageData } from '@tonegate/protocol/simulator-page-data'
import type { TriedOperation } from '../../src/reference/operation-text.ts'

/** What the sandbox cannot do here, in words for the one who tries. */
export class NotHere extends Error {}

const noSandbox = 'This page is not served by a sandbox. Start one with npm start, and open its page /docs/.'

/** The sandbox’s own programs, whose credentials the simulator’s page has for the same purpose. */
type Programs = Pick<SimulatorPageData, 'client' | 'signIn' | 'platformKey' | 'provider'>

async function sandboxPrograms(): Promise<Programs> {
  const page = await fetch('/sandbox')
  const data = page.ok
    ? new DOMParser().parseFromString(await page.text(), 'text/html').getElementById('simulator-data')
    : undefined
  if (!data?.textContent) throw new NotHere(noSandbox)
  return JSON.parse(data.textContent)
}

/** A form with the sandbox’s own client in the place of the one in the example, and with a token that is valid. */
export async function withSandboxClient(form: string): Promise<string> {
  const { client, provider } = await sandboxPrograms()
  const fields = new URLSearchParams(form)
  const { clientId, clientSecret } = fields.has('tenantname') ? provider : client
  fields.set('client_id', clientId)
  fields.set('client_secret', clientSecret)
  if (fields.has('tenantname')) {
    fields.set('tenantname', provider.tenantname)
    fields.set('username', provider.username)
  }
  if (fields.has('token')) fields.set('token', (await requestToken('globalpci')).token)
  return fields.toString()
}

/** What the address has by which a user signs in to the sandbox’s own client; the challenge is that of RFC 7636, appendix B. */
export async function sandboxSignIn(): Promise<Readonly<Record<string, string>>> {
  const { clientId, redirectUri } = (await sandboxPrograms()).signIn
  return {
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: 'globalpci openid',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  }
}

type Access = TriedOperation['access']

interface Bearer {
  readonly token: string
  readonly until: number
}

const kept = new Map<Access, Bearer>()

/** The token or key of the sandbox’s own program for such operations; empty where it has none. */
export async function sandboxBearer(access: Access): Promise<string> {
  if (access === 'platform') return (await sandboxPrograms()).platformKey
  if (access !== 'globalpci' && access !== 'provider') return ''
  const before = kept.get(access)
  if (before && before.until > performance.now()) return before.token
  const bearer = await requestToken(access)
  kept.set(access, bearer)
  return bearer.token
}

/** After a reset of the sandbox, or of its clock, a token may be refused sooner than it said. */
export const forgetBearer = (access: Access): boolean => kept.delete(access)

const requests = {
  globalpci: ['/auth/connect/token', 'grant_type=client_credentials&scope=globalpci'],
  provider: ['/api/v1/token', 'grant_type=client_credentials&tenantname=&username='],
} as const

async function requestToken(access: keyof typeof requests): Promise<Bearer> {
  const [path, form] = requests[access]
  const answer = await fetch(path, {
    method: 'POST',
    body: new URLSearchParams(await withSandboxClient(form)),
  })
  const { access_token: token, expires_in: seconds } = await answer.json()
  return { token, until: performance.now() + (seconds - 60) * 1000 }
}

/** Has the sandbox take a payment. @returns its session. */
export async function takePayment(): Promise<string> {
  const answer = await fetch('/sandbox/scenarios/approved', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  const { sessionGuid, detail } = await answer.json().catch(() => ({ detail: noSandbox }))
  if (!answer.ok) throw new NotHere(detail)
  return sessionGuid
}
