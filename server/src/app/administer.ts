import { existsSync, mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { systemClock } from '../base/clock.ts'
import { fileFault } from '../base/file-fault.ts'
import { createGuids } from '../base/guid.ts'
import { createLog } from '../base/log.ts'
import { createOutgoingByAddress } from '../base/outgoing/outgoing-by-address.ts'
import { systemRandom } from '../base/random.ts'
import type { RegionName } from '../base/region.ts'
import { readUtf8 } from '../base/text/read-json.ts'
import { createPlatforms } from '../calls/platforms/platforms.ts'
import { createCheckGateways } from '../cli/check-gateways.ts'
import type { Command } from '../cli/command.ts'
import { readAll } from '../cli/input/read-all.ts'
import { createReadPassword, type PasswordSource } from '../cli/input/read-password.ts'
import { createReadSecret } from '../cli/input/read-secret.ts'
import { createPaymentAdmin } from '../cli/payment-admin.ts'
import { Refused } from '../cli/refused.ts'
import { type OpenAdmin, runConsole } from '../cli/run-command.ts'
import { createFindCourse } from '../cli/session-course.ts'
import { type Config, readConfig } from '../config/config.ts'
import { regionValue } from '../config/regions.ts'
import { createAdministration } from '../identity/administration.ts'
import { rotateKeys } from '../identity/keys/rotate-keys.ts'
import { prepareStoredKeys } from '../identity/keys/stored-keys.ts'
import { createAccountSecrets } from '../payments/configurations/account-secrets.ts'
import { createConfigurations } from '../payments/configurations/configurations.ts'
import {
  type CallbackAddress,
  createCallbackUrls,
} from '../payments/remote-provider/callbacks/callback-url.ts'
import { createWebhookAdmin } from '../payments/webhooks/webhook-admin.ts'
import { demoAccountName } from '../sandbox/demo-account.ts'
import { openSqlite } from '../store/sqlite.ts'
import type { Store } from '../store/store.ts'
import { createGatewayAccounts } from '../vault/gateways/accounts/gateway-accounts.ts'
import { gatewayKinds } from '../vault/gateways/kinds.ts'
import { createProviderFlows } from '../vault/provider-api/flows/provider-flows.ts'
import { createProviderClients } from '../vault/provider-api/provider-clients.ts'
import { openGateways, plainHttpOf } from './gateways-of.ts'
import { databaseOf, rootSealer, sealerOf } from './region-storage.ts'
import { rotateSealingKey } from './rotate-sealing-key.ts'
import { sandboxOf } from './sandbox-of.ts'
import { startError } from './start-error.ts'

const clock = systemClock
const random = systemRandom
const maxTextBytes = 1024 * 1024

/** What a command reads, and where it answers, complains and asks: the process that it runs in. */
interface Terminal {
  readonly stdin: PasswordSource
  readonly stdout: NodeJS.WritableStream
  readonly stderr: NodeJS.WritableStream
}

/**
 * Administers the regions of this machine's data folder, whether or not a server runs on it.
 *
 * @param typed the words of the command.
 * @returns the exit code: 0 done, 1 refused or something is wrong, 2 not understood.
 */
export async function administer(
  typed: readonly string[],
  environment: NodeJS.ProcessEnv,
  terminal: Terminal,
): Promise<number> {
  try {
    return await runConsole(typed, {
      program: 'npm run admin --',
      open: (name, command) => openAdmin(readConfig(environment), name, command, terminal),
      answer: (text) => terminal.stdout.write(text),
      complain: (text) => terminal.stderr.write(text),
    })
  } catch (error) {
    terminal.stderr.write(`${startError(error)}\n`)
    return 1
  }
}

/** The parts of a region that outlive its server, on the same database. */
async function openAdmin(
  config: Config,
  asked: RegionName | undefined,
  command: Command,
  { stdin, stderr }: Terminal,
): Promise<OpenAdmin> {
  const name = asked ?? config.defaultRegion
  const file = databaseOf(name, config)
  if (!config.regions.includes(name)) {
    throw new Refused(`The region ${name} is not served here: TONEGATE_REGIONS does not include it.`)
  }
  if (!existsSync(file) && !command.beginsRegion) {
    throw new Refused(
      `The database ${file} does not exist. If the server uses another data folder, set TONEGATE_DATA; ` +
        "otherwise 'account create' or the server's first start creates it.",
    )
  }
  makeFolder(config.dataFolder)
  const store = await openDatabase(file)
  const sealer = sealerOf(name, rootSealer(config, random), random)
  const region = regionValue(name, config, config.port)
  const newGuid = createGuids({ clock, random })
  const parts = { store, clock, random, newGuid, sealer, region, log: createLog('silent') }
  const configurations = createConfigurations(parts)
  const secrets = createAccountSecrets(parts)
  const { outgoing, close: closeOutgoing } = createOutgoingByAddress(parts)
  const { tokenLifetimeSeconds } = config
  const gateways = openGateways(config, {
    store,
    clock,
    sealer,
    shared: sandboxOf(config, parts)?.gateways ?? {},
  })
  const context = {
    ...createAdministration(parts),
    configurations,
    secrets,
    webhooks: createWebhookAdmin({ ...parts, configurations, secrets, outgoing }),
    readSecret: createReadSecret({ source: stdin, prompts: stderr }),
    gateways: {
      book: createGatewayAccounts(parts),
      kinds: gatewayKinds,
      plainHttp: plainHttpOf(config),
      ...createCheckGateways({ ...parts, gateways }),
    },
    platforms: createPlatforms(parts),
    provider: {
      clients: createProviderClients(parts),
      flows: createProviderFlows({ ...parts, sealer: () => sealer }),
    },
    keys: {
      list: prepareStoredKeys(store).all,
      rotate: (compromised: boolean) => rotateKeys({ ...parts, tokenLifetimeSeconds, compromised }),
    },
    payments: createPaymentAdmin({ ...parts, gateways }),
    sessions: { find: createFindCourse(store) },
    sealing: { rotate: () => rotateSealingKey(parts) },
    callbackUrl: (address: CallbackAddress) => createCallbackUrls(parts).url(address),
    mode: config.mode,
    now: clock.now,
    demoAccountName: demoAccountName(name),
    readPassword: createReadPassword({ source: stdin, prompts: stderr, random }),
    readText: (file: string) => readText(file, stdin),
  }
  return {
    context,
    async close() {
      gateways.close()
      closeOutgoing()
      await store.close()
    },
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new Refused(
      `The data folder ${folder} cannot be used: ${fileFault(error)}. Set TONEGATE_DATA to the data folder of the server.`,
    )
  }
}

async function openDatabase(file: string): Promise<Store> {
  try {
    return await openSqlite(file)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code !== 'EPERM' && code !== 'EACCES' && code !== 'ERR_SQLITE_ERROR') throw error
    throw new Refused(
      `${file} cannot be opened: ${error}. Run the command as the user that the server runs as.`,
    )
  }
}

async function readText(file: string, stdin: PasswordSource): Promise<string> {
  if (file === '-') {
    const text = await readAll(stdin, maxTextBytes)
    if (text === undefined) throw new Refused('Standard input must be UTF-8 and at most 1 MiB.')
    return text
  }
  const content = await readFile(file).catch((error: unknown) => {
    throw new Refused(`${resolve(file)} cannot be read: ${fileFault(error)}.`)
  })
  const text = readUtf8(content)
  if (text === undefined) throw new Refused(`${file} is not UTF-8.`)
  return text
}
