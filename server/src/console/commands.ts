import type { Command } from './command.ts'
import {
  listConfigurations,
  putConfiguration,
  showCallbackUrl,
  showConfiguration,
} from './commands/configurations.ts'
import { createAccount } from './commands/create-account.ts'
import { createClient } from './commands/create-client.ts'
import { createAdministrator, createUser } from './commands/create-user.ts'
import { deleteClient } from './commands/delete-client.ts'
import { deleteUser } from './commands/delete-user.ts'
import { disableClient, enableClient } from './commands/disable-client.ts'
import { disableUser, enableUser } from './commands/disable-user.ts'
import { editClient } from './commands/edit-client.ts'
import { editUser } from './commands/edit-user.ts'
import { checkGateway, deleteGateway, listGateways, putGateway, showGateway } from './commands/gateways.ts'
import { listAccounts } from './commands/list-accounts.ts'
import { listClients } from './commands/list-clients.ts'
import { listKeys } from './commands/list-keys.ts'
import { listUsers } from './commands/list-users.ts'
import { capturePayment, listUntaken, refundPayment, showPayment } from './commands/payments.ts'
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
import { addSecret, removeSecret } from './commands/rotate-secret.ts'
import { deleteSecret, listSecrets, putSecret } from './commands/secrets.ts'
import { setPassword } from './commands/set-password.ts'
import { showClient } from './commands/show-client.ts'
import { showSession } from './commands/show-session.ts'
import {
  addSigningSecret,
  logWebhooks,
  redeliverWebhook,
  removeSigningSecret,
  testWebhook,
} from './commands/webhooks.ts'

/** Every command there is, in the order that help lists them. */
export const commands: readonly Command[] = [
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
  showSession,
  showPayment,
  capturePayment,
  refundPayment,
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
]
