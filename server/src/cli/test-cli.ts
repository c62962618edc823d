import type { TestContext } from 'node:test'
import { createAuditAdmin } from '../audit/audit-admin.ts'
import { createLog } from '../base/log.ts'
import { createOutgoingByAddress, type OutgoingByAddress } from '../base/outgoing/outgoing-by-address.ts'
import { createPlatforms } from '../calls/platforms/platforms.ts'
import { createCheckEngine } from '../calls/rtpengine/check-engine.ts'
import { createAdministration } from '../identity/administration.ts'
import { startGrants } from '../identity/grants/test-grants.ts'
import { rotateKeys } from '../identity/keys/rotate-keys.ts'
import { prepareStoredKeys } from '../identity/keys/stored-keys.ts'
import { createAccountSecrets } from '../payments/configurations/account-secrets.ts'
import { createConfigurations } from '../payments/configurations/configurations.ts'
import { createCallbackUrls } from '../payments/remote-provider/callbacks/callback-url.ts'
import { createWebhookAdmin } from '../payments/webhooks/webhook-admin.ts'
import { createGatewayAccounts } from '../vault/gateways/accounts/gateway-accounts.ts'
import { testKind } from '../vault/gateways/accounts/test-kind.ts'
import type { Gateway } from '../vault/model/gateway.ts'
import { createProviderFlows } from '../vault/provider-api/flows/provider-flows.ts'
import { createProviderClients } from '../vault/provider-api/provider-clients.ts'
import { createCheckGateways } from './check-gateways.ts'
import type { AdminContext } from './command.ts'
import type { OperatorSources } from './operator.ts'
import { createPaymentAdmin } from './payment-admin.ts'
import { Refused } from './refused.ts'
import { runAdmin } from './run-command.ts'
import { createFindCourse } from './session-course.ts'
import { noTools } from './test-tools.ts'

/**
 * For the tests: the commands on the store of an identity server that runs, with its account and person, and apart
 * from it as another process would be.
 */
export async function startCli(t: TestContext) {
  const server = await startGrants(t)
  const { outgoing, close } = createOutgoingByAddress(server)
  t.after(close)
  const operator = {
    /** By their names. */
    files: new Map<string, string>(),
    /** What is typed when it is asked for, one after the other. */
    passwords: [] as string[],
    typedSecrets: [] as string[],
    /** Who runs the commands. */
    sources: { login: 'ada', named: undefined } as OperatorSources,
    /** What a command has written besides its answer. */
    written: [] as string[],
  }
  const rotations: Awaited<ReturnType<AdminContext['sealing']['rotate']>>[] = []
  const gatewaysByName = new Map<string, Gateway>()
  const context: AdminContext = {
    ...createAdministration(server),
    ...taking(server, { gatewaysByName, outgoing }),
    ...typing(operator),
    audit: {
      ...createAuditAdmin(server),
      async *readLines(file) {
        yield* (await context.readText(file)).split('\n')
      },
      print: async (text) => void operator.written.push(text),
    },
    keys: {
      list: prepareStoredKeys(server.store).all,
      rotate: (compromised) => rotateKeys({ ...server, tokenLifetimeSeconds: 3600, compromised }),
    },
    sealing: { rotate: async () => rotations.shift() ?? { columns: [], lastLinkEndsAt: null } },
    mode: 'sandbox',
    database: { region: 'nam', place: 'The database nam.db' },
    now: server.clock.now,
    environment: {},
    demoAccountName: 'Demo nam',
  }
  return { ...server, context, gatewaysByName, ...operator, rotations, ...running(context, operator) }
}

/** What commands need to know of taking payments. */
function taking(
  server: Awaited<ReturnType<typeof startGrants>>,
  {
    gatewaysByName,
    outgoing,
  }: { readonly gatewaysByName: ReadonlyMap<string, Gateway>; readonly outgoing: OutgoingByAddress },
) {
  const parts = { ...server, log: createLog('silent') }
  const { store, sealer } = parts
  const gateways = { find: (_tenant: number, name: string) => gatewaysByName.get(name) }
  const configurations = createConfigurations(parts)
  const secrets = createAccountSecrets(parts)
  return {
    gateways: {
      book: createGatewayAccounts(parts),
      kinds: { test: testKind },
      plainHttp: 'refused' as const,
      ...createCheckGateways({ ...parts, gateways }),
    },
    platforms: { ...createPlatforms(server), checkEngine: createCheckEngine(server) },
    configurations,
    secrets,
    webhooks: createWebhookAdmin({ ...parts, configurations, secrets, outgoing }),
    provider: {
      clients: createProviderClients(parts),
      flows: createProviderFlows({ ...parts, sealer: () => sealer }),
    },
    payments: createPaymentAdmin({ ...parts, gateways }),
    sessions: { find: createFindCourse(store) },
    callbackUrl: createCallbackUrls(parts).url,
  }
}

/** What an operator is asked for. */
const typing = ({
  files,
  passwords,
  typedSecrets,
}: {
  readonly files: ReadonlyMap<string, string>
  readonly passwords: string[]
  readonly typedSecrets: string[]
}): Pick<AdminContext, 'readSecret' | 'readPassword' | 'readText'> => ({
  async readSecret() {
    const secret = typedSecrets.shift()
    if (secret === undefined) throw new Refused('No secret was given.')
    return secret
  },
  readPassword: async (way) => {
    const password = way === 'generated' ? 'made-at-random' : passwords.shift()
    if (password === undefined) throw new Refused('No password was given.')
    return password
  },
  async readText(file) {
    const text = files.get(file)
    if (text === undefined) throw new Refused(`${file} cannot be read.`)
    return text
  },
})

function running(
  context: AdminContext,
  operator: { readonly sources: OperatorSources; readonly written: string[] },
) {
  /** What an operator types, and what comes of it. */
  async function run(...typed: readonly string[]): Promise<Ran> {
    let answer = ''
    let complaint = ''
    const code = await runAdmin(typed, {
      program: 'npm run admin --',
      open: async () => ({ context, close: async () => {} }),
      openDatabases: () => {
        throw new Refused('There is no database here.')
      },
      asking: () => {
        throw new Refused('There is no sandbox here.')
      },
      tools: noTools,
      answer: (text) => {
        answer += text
      },
      complain: (text) => {
        complaint += text
      },
      operator: operator.sources,
    })
    return { code, answer: operator.written.splice(0).join('') + answer, complaint }
  }

  /** The same for a program; it has to succeed. */
  async function runJson(...typed: readonly string[]) {
    const { code, answer, complaint } = await run(...typed, '--json')
    if (code !== 0) throw new Error(complaint)
    return JSON.parse(answer)
  }

  return { run, runJson }
}

interface Ran {
  readonly code: number
  readonly answer: string
  readonly complaint: string
}
