import { createAuditAdmin } from '../../audit/audit-admin.ts'
import type { OutgoingByAddress } from '../../base/outgoing/outgoing-by-address.ts'
import { type BeginBar, noBar, type ProgressStream } from '../../base/text/progress-bar.ts'
import { createPlatforms } from '../../calls/platforms/platforms.ts'
import { createCheckEngine } from '../../calls/rtpengine/check-engine.ts'
import { createCheckGateways } from '../../cli/check-gateways.ts'
import type { AdminContext } from '../../cli/command.ts'
import { createReadPassword, type PasswordSource } from '../../cli/input/read-password.ts'
import { createReadSecret } from '../../cli/input/read-secret.ts'
import { readText } from '../../cli/input/read-text.ts'
import { createPaymentAdmin } from '../../cli/payment-admin.ts'
import { createFindCourse } from '../../cli/session-course.ts'
import type { Config } from '../../config/config.ts'
import { createAdministration } from '../../identity/administration.ts'
import { rotateKeys } from '../../identity/keys/rotate-keys.ts'
import { prepareStoredKeys } from '../../identity/keys/stored-keys.ts'
import { createAccountSecrets } from '../../payments/configurations/account-secrets.ts'
import { createConfigurations } from '../../payments/configurations/configurations.ts'
import {
  type CallbackAddress,
  createCallbackUrls,
} from '../../payments/remote-provider/callbacks/callback-url.ts'
import { createWebhookAdmin } from '../../payments/webhooks/webhook-admin.ts'
import { demoAccountName } from '../../sandbox/demo-account.ts'
import type { StoreParts } from '../../store/parts.ts'
import { createGatewayAccounts } from '../../vault/gateways/accounts/gateway-accounts.ts'
import { gatewayKinds } from '../../vault/gateways/kinds.ts'
import { createProviderFlows } from '../../vault/provider-api/flows/provider-flows.ts'
import { createProviderClients } from '../../vault/provider-api/provider-clients.ts'
import { type openGateways, plainHttpOf } from '../gateways-of.ts'
import { describePlace, storeOf } from '../region-storage.ts'
import { rotateSealingKey } from '../rotate-sealing-key.ts'
import { writeOut } from '../write-out.ts'
import { fileLines } from './file-lines.ts'

/** What a command reads, and where it answers, complains and asks: the process that it runs in. */
export interface Terminal {
  readonly stdin: PasswordSource
  readonly stdout: NodeJS.WritableStream
  readonly stderr: NodeJS.WritableStream
}

/** The same, with the variables of the process, and how it shows how far something is. */
export type TerminalOfProcess = Terminal & Pick<AdminContext, 'environment'> & { readonly beginBar: BeginBar }

interface AdminParts extends StoreParts {
  readonly gateways: ReturnType<typeof openGateways>
  readonly outgoing: OutgoingByAddress
}

/** What the commands work on. */
export function createAdminContext(
  parts: AdminParts,
  config: Config,
  { stdin, stdout, stderr, environment, beginBar }: TerminalOfProcess,
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
      ...createAuditAdmin(parts, {
        verify: beginBar,
        // Its lines and the bar would be mixed up.
        export: isTerminal(stdout) ? noBar : beginBar,
      }),
      readLines: (file: string) => fileLines(file, stdin as AsyncIterable<Uint8Array>, beginBar),
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
    sealing: { rotate: () => rotateSealingKey(parts, beginBar) },
    callbackUrl: (address: CallbackAddress) => createCallbackUrls(parts).url(address),
    mode: config.mode,
    database: { region: region.name, place: describePlace(storeOf(region.name, config)) },
    now: clock.now,
    environment,
    demoAccountName: demoAccountName(region.name),
    readPassword: createReadPassword({ source: stdin, prompts: stderr, random }),
    readText: (file: string) => readText(file, stdin),
  }
}

const isTerminal = (stream: ProgressStream): boolean => stream.isTTY === true
