import type { StoreParts } from '../store/parts.ts'
import { prepareCreateAccount } from './accounts/create-account.ts'
import { prepareFindAccount } from './accounts/find-account.ts'
import { prepareListAccounts } from './accounts/list-accounts.ts'
import { prepareCreateClient } from './clients/create-client.ts'
import { prepareDeleteClient } from './clients/delete-client.ts'
import { prepareEditClient } from './clients/edit-client.ts'
import { prepareFindClient, prepareFindClientById } from './clients/find-client.ts'
import { prepareListClients } from './clients/list-clients.ts'
import { prepareRotateSecret } from './clients/rotate-secret.ts'
import { prepareSetClientDisabled } from './clients/set-client-disabled.ts'
import { prepareCreateUser } from './users/create-user.ts'
import { prepareDeleteUser } from './users/delete-user.ts'
import { prepareEditUser } from './users/edit-user.ts'
import { prepareFindUser } from './users/find-user.ts'
import type { Derive } from './users/hash-password.ts'
import { prepareListUsers } from './users/list-users.ts'
import { prepareSetPassword } from './users/set-password.ts'
import { prepareSetUserDisabled } from './users/set-user-disabled.ts'

/** What is done with a region's accounts, people and API credentials, whether or not its server runs. */
export type Administration = ReturnType<typeof createAdministration>

/** A server that works on the same store follows what is done here within a second. */
export function createAdministration({
  store,
  clock,
  random,
  newGuid,
  derive,
}: Pick<StoreParts, 'store' | 'clock' | 'random' | 'newGuid'> & {
  /** Of the passwords that are set; Argon2id on libuv's threads unless said otherwise. */
  readonly derive?: Derive | undefined
}) {
  return {
    accounts: {
      create: prepareCreateAccount({ store, clock }),
      list: prepareListAccounts(store),
      findByName: prepareFindAccount(store),
    },
    clients: {
      create: prepareCreateClient({ store, clock, random, newGuid }),
      list: prepareListClients(store),
      find: prepareFindClientById(store),
      findByName: prepareFindClient(store),
      edit: prepareEditClient({ store, clock }),
      secrets: prepareRotateSecret({ store, clock, random, newGuid }),
      setDisabled: prepareSetClientDisabled({ store, clock }),
      delete: prepareDeleteClient({ store, clock }),
    },
    users: {
      create: prepareCreateUser({ store, clock, random, newGuid, derive }),
      list: prepareListUsers(store),
      findByUsername: prepareFindUser(store),
      edit: prepareEditUser({ store, clock }),
      setPassword: prepareSetPassword({ store, clock, random, derive }),
      setDisabled: prepareSetUserDisabled({ store, clock }),
      delete: prepareDeleteUser({ store, clock }),
    },
  }
}
