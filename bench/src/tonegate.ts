import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { wireRequest } from './load/load.ts'
import { freePort, type ServerProcess, startServer } from './server-process.ts'

/** A running sandbox, and what the requests to it need. */
export interface TonegateUnderTest {
  readonly server: ServerProcess
  readonly tokenUrl: string
  readonly apiUrl: string
  readonly client: { readonly id: string; readonly secret: string }
  readonly region: 'nam'
}

/** The part of `sandbox.json` that is used here. */
interface SandboxFile {
  readonly regions: {
    readonly nam: {
      readonly tokenUrl: string
      readonly apiUrl: string
      readonly clients: readonly {
        readonly name: string
        readonly clientId: string
        readonly clientSecret: string
      }[]
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
    entry: '../../server/src/main.ts',
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
  const { tokenUrl, apiUrl, clients } = sandbox.regions.nam
  const backend = clients.find(({ name }) => name === 'backend')
  if (!backend) throw new Error('sandbox.json has no client named backend.')
  const client = { id: backend.clientId, secret: backend.clientSecret }
  return { server, tokenUrl, apiUrl, client, region: 'nam' }
}

/** The form and the headers of a token request by client credentials, with Basic. */
export function tokenRequest({ id, secret }: TonegateUnderTest['client']) {
  return {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'grant_type=client_credentials&scope=globalpci',
  } as const
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

/** `POST /v1/session` as it goes over the wire. */
export function openSessionRequest(apiUrl: string, token: string): string {
  return wireRequest({
    method: 'POST',
    url: `${apiUrl}/v1/session`,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(sessionBody(0)),
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
  throw new Error(`Tonegate answered ${answer.status}: ${await answer.text()}`)
}
