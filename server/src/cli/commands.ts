import type { AnyCommand } from './command.ts'
import { applyFile } from './commands/apply-file.ts'
import { beginAudit, exportAudit, listAudit, pruneAudit, verifyAudit } from './commands/audit.ts'
import { createBackup, makeRestoredSafe, moveStore, restoreBackup, verifyBackup } from './commands/backups.ts'
import { checkPlatform } from './commands/check-platform.ts'
import { createClient } from './commands/clients/create-client.ts'
import { deleteClient } from './commands/clients/delete-client.ts'
import { disableClient, enableClient } from './commands/clients/disable-client.ts'
import { editClient } from './commands/clients/edit-client.ts'
import { listClients } from './commands/clients/list-clients.ts'
import { addSecret, removeSecret } from './commands/clients/rotate-secret.ts'
import { showClient } from './commands/clients/show-client.ts'
import {
  listConfigurations,
  putConfiguration,
  showCallbackUrl,
  showConfiguration,
} from './commands/configurations.ts'
import { createAccount } from './commands/create-account.ts'
import { createDatabase } from './commands/create-database.ts'
import { checkGateway, deleteGateway, listGateways, putGateway, showGateway } from './commands/gateways.ts'
import { listAccounts } from './commands/list-accounts.ts'
import { listKeys } from './commands/list-keys.ts'
import { capturePayment, listUntaken, refundPayment, showPayment, voidPayment } from './commands/payments.ts'
import { createAdministrator, createUser } from './commands/people/create-user.ts'
import { deleteUser } from './commands/people/delete-user.ts'
import { disableUser, enableUser } from './commands/people/disable-user.ts'
import { editUser } from './commands/people/edit-user.ts'
import { listUsers } from './commands/people/list-users.ts'
import { setPassword } from './commands/people/set-password.ts'
import {
  addPlatformKey,
  createPlatform,
  disablePlatform,
  enablePlatform,
  listPlatforms,
  removePlatformKey,
  setPlatform,
} from './commands/platforms.ts'
import { previewConfiguration } from './commands/preview-configuration.ts'
import {
  createProviderClient,
  disableProviderClient,
  enableProviderClient,
  listProviderClients,
  renameProviderClient,
  rotateProviderSecret,
} from './commands/provider-clients.ts'
import {
  deleteProviderFlow,
  listProviderFlows,
  putProviderFlow,
  showProviderFlow,
} from './commands/provider-flows.ts'
import { rotateKeys } from './commands/rotate-keys.ts'
import { rotateSealingKey } from './commands/rotate-sealing-key.ts'
import { deleteSecret, listSecrets, putSecret } from './commands/secrets.ts'
import { showSession } from './commands/show-session.ts'
import { examineAll } from './commands/tools/examine-all.ts'
import { prepareProduction } from './commands/tools/prepare-production.ts'
import { printCompletion } from './commands/tools/print-completion.ts'
import {
  addSigningSecret,
  logWebhooks,
  redeliverWebhook,
  removeSigningSecret,
  testWebhook,
} from './commands/webhooks.ts'

import { listen } from './sandbox/listen.ts'
import { trigger } from './sandbox/trigger.ts'

/** Every command there is, in the order that help lists them. */
export const commands: readonly AnyCommand[] = [
  prepareProduction,
  examineAll,
  createDatabase,
  applyFile,
  createAccount,
  listAccounts,
  createAdministrator,
  createUser,
  listUsers,
  editUser,
  setPassword,
  disableUser,
  enableUser,
  deleteUser,
  createClient,
  listClients,
  showClient,
  editClient,
  addSecret,
  removeSecret,
  disableClient,
  enableClient,
  deleteClient,
  putConfiguration,
  listConfigurations,
  showConfiguration,
  showCallbackUrl,
  previewConfiguration,
  putGateway,
  listGateways,
  showGateway,
  checkGateway,
  deleteGateway,
  createPlatform,
  listPlatforms,
  checkPlatform,
  setPlatform,
  addPlatformKey,
  removePlatformKey,
  disablePlatform,
  enablePlatform,
  showSession,
  showPayment,
  capturePayment,
  refundPayment,
  voidPayment,
  listUntaken,
  createProviderClient,
  listProviderClients,
  rotateProviderSecret,
  disableProviderClient,
  renameProviderClient,
  enableProviderClient,
  putProviderFlow,
  listProviderFlows,
  showProviderFlow,
  deleteProviderFlow,
  listKeys,
  rotateKeys,
  putSecret,
  listSecrets,
  deleteSecret,
  addSigningSecret,
  removeSigningSecret,
  testWebhook,
  logWebhooks,
  redeliverWebhook,
  rotateSealingKey,
  createBackup,
  verifyBackup,
  restoreBackup,
  makeRestoredSafe,
  moveStore,
  listAudit,
  exportAudit,
  verifyAudit,
  pruneAudit,
  beginAudit,
  listen,
  trigger,
  printCompletion,
]
