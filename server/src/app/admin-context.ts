import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { createAuditAdmin } from '../audit/audit-admin.ts'
import { fileFault } from '../base/files/file-fault.ts'
import type { OutgoingByAddress } from '../base/outgoing/outgoing-by-address.ts'
import { readUtf8 } from '../base/text/read-json.ts'
import { createPlatforms } from '../calls/platforms/platforms.ts'
import { createCheckEngine } from '../calls/rtpengine/check-engine.ts'
import { createCheckGateways } from '../cli/check-gateways.ts'
import type { AdminContext } from '../cli/command.ts'
import { readAll } from '../cli/input/read-all.ts'
import { linesOf } from '../cli/input/read-lines.ts'
import { createReadPassword, type PasswordSource } from '../cli/input/read-password.ts'
import { createReadSecret } from '../cli/input/read-secret.ts'
import { createPaymentAdmin } from '../cli/payment-admin.ts'
import { Refused } from '../cli/refused.ts'
import { createFindCourse } from '../cli/session-course.ts'
import type { Config } from '../config/config.ts'
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
import type { StoreParts } from '../store/parts.ts'
import { createGatewayAccounts } from '../vault/gateways/accounts/gateway-accounts.ts'
import { gatewayKinds } from '../vault/gateways/kinds.ts'
import { createProviderFlows } from '../vault/provider-api/flows/provider-flows.ts'
import { createProviderClients } from '../vault/provider-api/provider-clients.ts'
import { type openGateways, plainHttpOf } from './gateways-of.ts'
import { describePlace, storeOf } from './region-storage.ts'
import { rotateSealingKey } from './rotate-sealing-key.ts'
import { writeOut } from './write-out.ts'

const maxTextBytes = 1024 * 1024

/** What a command reads, and where it answers, complains and asks: the process that it runs in. */
export interface Terminal {
  readonly stdin: PasswordSource
  readonly stdout: NodeJS.WritableStream
  readonly stderr: NodeJS.WritableStream
}

interface AdminParts extends StoreParts {
  readonly gateways: ReturnType<typeof openGateways>
  readonly outgoing: OutgoingByAddress
}

/** What the commands work on. */
export function createAdminContext(
  parts: AdminParts,
  config: Config,
  { stdin, stdout, stderr }: Terminal,
): AdminContext {
  const { store, clock, random, sealer, region } = parts
  const configurations = createConfigurations(parts)
  const secrets = createAccountSecrets(parts)
  const { tokenLifetimeSeconds } = config
  return {
    ...createAdministration(parts),
    configurations,
    secrets,
    audit: {
      ...createAuditAdmin(parts),
      readLines: (file: string) => readLines(file, stdin),
      print: (text: string) => writeOut(stdout, text),
    },
    webhooks: createWebhookAdmin({ ...parts, configurations, secrets }),
    readSecret: createReadSecret({ source: stdin, prompts: stderr }),
    gateways: {
      book: createGatewayAccounts(parts),
      kinds: gatewayKinds,
      plainHttp: plainHttpOf(config),
      ...createCheckGateways(parts),
    },
    platforms: { ...createPlatforms(parts), checkEngine: createCheckEngine(parts) },
    provider: {
      clients: createProviderClients(parts),
      flows: createProviderFlows({ ...parts, sealer: () => sealer }),
    },
    keys: {
      list: prepareStoredKeys(store).all,
      rotate: (compromised: boolean) => rotateKeys({ ...parts, tokenLifetimeSeconds, compromised }),
    },
    payments: createPaymentAdmin(parts),
    sessions: { find: createFindCourse(store) },
    sealing: { rotate: () => rotateSealingKey(parts) },
    callbackUrl: (address: CallbackAddress) => createCallbackUrls(parts).url(address),
    mode: config.mode,
    database: { region: region.name, place: describePlace(storeOf(region.name, config)) },
    now: clock.now,
    demoAccountName: demoAccountName(region.name),
    readPassword: createReadPassword({ source: stdin, prompts: stderr, random }),
    readText: (file: string) => readText(file, stdin),
  }
}

async function* readLines(file: string, stdin: PasswordSource): AsyncGenerator<string> {
  if (file === '-') {
    yield* linesOf(stdin as AsyncIterable<Uint8Array>, 'Standard input')
    return
  }
  try {
    yield* linesOf(createReadStream(file), resolve(file))
  } catch (error) {
    if (error instanceof Refused) throw error
    throw new Refused(`${resolve(file)} cannot be read: ${fileFault(error)}.`)
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
