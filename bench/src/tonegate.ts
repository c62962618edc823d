import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { wireRequest } from './load/load.ts'
import { freePort, type ServerProcess, startServer } from './server-process.ts'

/** A running sandbox, and what the requests to it need. */
export interface TonegateUnderTest {
  readonly server: ServerProcess
  /** Where it listens; what asks there asks its default region. */
  readonly origin: string
  readonly issuer: string
  readonly tokenUrl: string
  readonly apiUrl: string
  /** The one that asks for tokens in its own name. */
  readonly client: ClientCredentials
  readonly clients: readonly SandboxClient[]
  /** Who signs in. */
  readonly user: { readonly username: string; readonly password: string }
  readonly region: 'nam'
}

export interface ClientCredentials {
  readonly id: string
  readonly secret: string
}

interface SandboxClient {
  readonly name: string
  readonly clientId: string
  /** Absent for a public client. */
  readonly clientSecret?: string
  readonly redirectUris: readonly string[]
}

/** The part of `sandbox.json` that is used here. */
interface SandboxFile {
  readonly regions: {
    readonly nam: {
      readonly issuer: string
      readonly tokenUrl: string
      readonly apiUrl: string
      readonly clients: readonly SandboxClient[]
      readonly users: readonly TonegateUnderTest['user'][]
    }
  }
}

/** Starts Tonegate's sandbox on a data folder, as `npm start` does, with the log at `warn`. */
export async function startTonegate({
  data,
  environment = {},
  nodeArguments,
}: {
  readonly data: string
  readonly environment?: Readonly<Record<string, string>>
  readonly nodeArguments?: readonly string[]
}): Promise<TonegateUnderTest> {
  const port = await freePort()
  const server = await startServer({
    entry: '../../dist/main.js',
    port,
    environment: {
      HOST: '127.0.0.1',
      PORT: String(port),
      TONEGATE_DATA: data,
      TONEGATE_LOG_LEVEL: 'warn',
      ...environment,
    },
    ...(nodeArguments && { nodeArguments }),
  })
  const sandbox: SandboxFile = JSON.parse(readFileSync(join(data, 'sandbox.json'), 'utf8'))
  const { issuer, tokenUrl, apiUrl, clients, users } = sandbox.regions.nam
  const [user] = users
  if (!user) throw new Error('sandbox.json has no user.')
  const client = credentialsOf({ clients }, 'backend')
  const origin = `http://127.0.0.1:${port}`
  return { server, origin, issuer, tokenUrl, apiUrl, client, clients, user, region: 'nam' }
}

/**
 * The credentials of a client of the sandbox, by its name.
 *
 * @throws {Error} when `sandbox.json` has none of the name, or it has no secret.
 */
export function credentialsOf({ clients }: Pick<TonegateUnderTest, 'clients'>, name: string) {
  const client = clients.find((each) => each.name === name)
  if (!client?.clientSecret) throw new Error(`sandbox.json has no client named ${name} with a secret.`)
  const { clientId: id, clientSecret: secret, redirectUris } = client
  return { id, secret, redirectUri: redirectUris[0] ?? '' }
}

/** A client's form, with Basic. */
export function formRequest({ id, secret }: ClientCredentials, form: Readonly<Record<string, string>>) {
  return {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams(form).toString(),
  } as const
}

/** A token request by client credentials. */
export const tokenRequest = (client: ClientCredentials) =>
  formRequest(client, { grant_type: 'client_credentials', scope: 'globalpci' })

/** Sends a client's form and reads the JSON of the answer. */
export async function postForm(
  url: string,
  client: ClientCredentials,
  form: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, unknown>>> {
  const answer = await expectOk(await fetch(url, formRequest(client, form)))
  return (await answer.json()) as Record<string, unknown>
}

/** A bearer token for the Payment API. */
export async function requestToken({ tokenUrl, client }: TonegateUnderTest): Promise<string> {
  const answer = await expectOk(await fetch(tokenUrl, tokenRequest(client)))
  const { access_token: token } = (await answer.json()) as { access_token: string }
  return token
}

/** The body of `POST /v1/session`: the contract's example, by keypad, without a call. */
export const sessionBody = (accountConfigurationId: number) => ({
  agentId: 'agent12345',
  accountConfigurationId,
  skipCallTransfer: true,
  paymentData: {
    FirstName: 'John',
    Surname: 'Smith',
    Email: 'test@wp.pl',
    Street1: 'Hubska 52',
    City: 'Wroclaw',
    Postcode: '50-348',
    Country: 'GB',
    Amount: '12.40',
    Currency: 'GBP',
    CustomerPhoneNumber: '+48500000000',
    MerchantReferenceCode: '20180223-0001',
  },
})

/** What a caller presses: a Visa number, an expiry three years ahead, a security code, and 1 for yes. */
export const wholeCard = (year: number): string => `4111111111111111#12${String(year + 3).slice(-2)}123#1`

/** `POST /v1/session` as it goes over the wire, for each of some agents. */
export const openSessionRequests = (apiUrl: string, token: string, agents: number): readonly string[] =>
  Array.from({ length: agents }, (_, index) => openSessionRequest(apiUrl, token, `agent${10_000 + index}`))

/** The same for one agent. */
export function openSessionRequest(apiUrl: string, token: string, agentId = 'agent12345'): string {
  return wireRequest({
    method: 'POST',
    url: `${apiUrl}/v1/session`,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...sessionBody(0), agentId }),
  })
}

/** `GET /v1/session/{sessionGuid}` as it goes over the wire. */
export function readSessionRequest(apiUrl: string, token: string, sessionGuid: string): string {
  return wireRequest({
    method: 'GET',
    url: `${apiUrl}/v1/session/${sessionGuid}`,
    headers: { authorization: `Bearer ${token}` },
  })
}

/** Opens one session and returns the whole answer. */
export async function openSession(
  { apiUrl }: TonegateUnderTest,
  token: string,
  accountConfigurationId: number,
): Promise<Readonly<Record<string, string>>> {
  const answer = await fetch(`${apiUrl}/v1/session`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(sessionBody(accountConfigurationId)),
  })
  return (await (await expectOk(answer)).json()) as Record<string, string>
}

/** Reads one session. */
export async function readSession(
  { apiUrl }: TonegateUnderTest,
  token: string,
  sessionGuid: string,
): Promise<Readonly<Record<string, unknown>>> {
  const answer = await fetch(`${apiUrl}/v1/session/${sessionGuid}`, {
    headers: { authorization: `Bearer ${token}` },
  })
  return (await (await expectOk(answer)).json()) as Record<string, unknown>
}

async function expectOk(answer: Response): Promise<Response> {
  if (answer.status === 200) return answer
  throw new Error(`${answer.url} answered ${answer.status}: ${await answer.text()}`)
}
