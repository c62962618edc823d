import { hash } from 'node:crypto'
import type { AuditAction } from '../../audit/actions.ts'
import type { AuditDetails } from '../../audit/entry.ts'
import { prepareRecord } from '../../audit/record.ts'
import { randomAlphanumeric } from '../../base/random.ts'
import { isSameDigest } from '../../base/signing/same-secret.ts'
import type { StoreParts } from '../../store/parts.ts'
import { type Connection, type Store, UniqueViolation } from '../../store/store.ts'
import type { ProviderClientTable } from '../../store/tables.ts'

/** Whether the `username` of a client is one that was agreed upon (contract/provider §1). */
export type Usernames = 'fixed' | 'free'

/** A program that may launch sessions of its tenant (contract/provider §1). */
export interface ProviderClient {
  readonly clientId: string
  /** The account's number. */
  readonly tenant: number
  /** As the client writes it in its token requests; may hold spaces. */
  readonly tenantName: string
  /** Empty where names are free. */
  readonly username: string
  /** Whether it always sends `username`, or whatever name its agent has: then the name says who launched. */
  readonly usernames: Usernames
  readonly disabled: boolean
  /** Milliseconds since the epoch. */
  readonly createdAt: number
}

/** What a client presents for a token. */
export interface PresentedClient {
  readonly clientId: string
  readonly clientSecret: string | Uint8Array
  readonly tenantName: string
  readonly username: string
}

/** A client to be made; without a secret one is made at random. */
export type NewProviderClient = Pick<ProviderClient, 'clientId' | 'tenant' | 'tenantName' | 'username'> & {
  /** Fixed unless said. */
  readonly usernames?: Usernames
  readonly clientSecret?: string
}

export type ProviderClients = ReturnType<typeof createProviderClients>

/** The former secret is good for so long after a rotation. */
const formerSecretMilliseconds = 24 * 3_600_000

const secretHash = (secret: string | Uint8Array) => hash('sha256', secret, 'buffer')

/** The programs of a region that launch sessions. Of a secret its SHA-256 is kept: it is random, and long. */
export function createProviderClients({
  store,
  clock,
  random,
}: Pick<StoreParts, 'store' | 'clock' | 'random'>) {
  const { insert, select, selectAll, rotate, rename, disable } = prepareStatements(store)
  const record = prepareRecord({ store, clock })
  const newSecret = () => randomAlphanumeric(random, 40)

  const change = prepareChange({ store, clock })

  /** Compares with every secret there is, so that it takes as long for a wrong one. */
  function isSecretOf(row: ProviderClientTable, secret: string | Uint8Array): boolean {
    const given = secretHash(secret)
    const isCurrent = isSameDigest(given, row.secret_sha256)
    const isFormer = isSameDigest(given, row.former_secret_sha256 ?? row.secret_sha256)
    return isCurrent || (isFormer && clock.now() < (row.former_secret_until ?? 0))
  }

  return {
    /** @returns the secret, which is not to be had again; `taken` when there is a client of this id. */
    async create(order: NewProviderClient): Promise<{ readonly clientSecret: string } | 'taken'> {
      const { clientId, tenant, tenantName, username } = order
      const { usernames = 'fixed', clientSecret = newSecret() } = order
      const row = {
        clientId,
        tenant,
        tenantName,
        username,
        usernames,
        sha256: secretHash(clientSecret),
        now: clock.now(),
      }
      try {
        await store.write(async (tx) => {
          await insert.run(tx, row)
          const target = { kind: 'provider-client', id: clientId }
          await record(tx, { action: 'provider-client.create', target, account: tenant })
        })
      } catch (error) {
        if (error instanceof UniqueViolation) return 'taken'
        throw error
      }
      return { clientSecret }
    },

    async find(clientId: string): Promise<ProviderClient | undefined> {
      const row = await select.first(store.reader, { clientId })
      return row && clientOf(row)
    },

    /** Of one tenant, or of all. */
    async list(tenant?: number): Promise<readonly ProviderClient[]> {
      const rows = await selectAll.all(store.reader, {})
      return rows.map(clientOf).filter((client) => tenant === undefined || client.tenant === tenant)
    },

    /**
     * Who presents these credentials. `invalid_client`: there is none, it is disabled, or it is of another name or
     * tenant; `invalid_client_key`: its secret is another one.
     */
    async authenticate(
      presented: PresentedClient,
    ): Promise<ProviderClient | 'invalid_client' | 'invalid_client_key'> {
      const row = await select.first(store.reader, { clientId: presented.clientId })
      if (!row) return 'invalid_client'
      if (!isSecretOf(row, presented.clientSecret)) return 'invalid_client_key'
      const isUsername = row.usernames === 'free' || row.username === presented.username
      const isNamed = row.tenant_name === presented.tenantName && isUsername
      return isNamed && row.disabled_at === null ? clientOf(row) : 'invalid_client'
    },

    /**
     * Makes another secret. `undefined` when there is no such client.
     *
     * @param former what becomes of the secret before: it is good for another day, or ends.
     */
    async rotateSecret(clientId: string, former: 'for-a-day' | 'ends'): Promise<string | undefined> {
      const clientSecret = newSecret()
      const formerUntil = clock.now() + (former === 'ends' ? 0 : formerSecretMilliseconds)
      const row = { clientId, sha256: secretHash(clientSecret), formerUntil }
      const action = 'provider-client.secret.rotate'
      const details = { ...(former === 'ends' && { compromised: true }) }
      const isThere = await change(clientId, action, (tx) => rotate.first(tx, row), details)
      return isThere ? clientSecret : undefined
    },

    /** In force for its next token. False when there is no such client. */
    setUsernames(clientId: string, names: Pick<ProviderClient, 'username' | 'usernames'>): Promise<boolean> {
      const update = (tx: Connection) => rename.first(tx, { clientId, ...names })
      return change(clientId, 'provider-client.edit', update, { changed: Object.keys(names).sort() })
    },

    /** It gets no more tokens, and those that it has are refused. False when there is no such client. */
    setDisabled(clientId: string, disabled: boolean): Promise<boolean> {
      const disabledAt = disabled ? clock.now() : null
      const action = disabled ? 'provider-client.disable' : 'provider-client.enable'
      return change(clientId, action, (tx) => disable.first(tx, { clientId, disabledAt }))
    },
  }
}

/** Changes a client's row, and writes down who did. False when there is no such client. */
function prepareChange({ store, clock }: Pick<StoreParts, 'store' | 'clock'>) {
  const record = prepareRecord({ store, clock })
  return (
    clientId: string,
    action: AuditAction,
    update: (tx: Connection) => Promise<{ readonly tenant_id: number } | undefined>,
    details: AuditDetails = {},
  ): Promise<boolean> =>
    store.write(async (tx) => {
      const changed = await update(tx)
      if (changed === undefined) return false
      const target = { kind: 'provider-client', id: clientId }
      await record(tx, { action, target, account: changed.tenant_id, details })
      return true
    })
}

const clientOf = (row: ProviderClientTable): ProviderClient => ({
  clientId: row.client_id,
  tenant: row.tenant_id,
  tenantName: row.tenant_name,
  username: row.username,
  usernames: row.usernames,
  disabled: row.disabled_at !== null,
  createdAt: row.created_at,
})

function prepareStatements(store: Store) {
  return {
    insert: store.prepare(
      (
        db,
        p: {
          clientId: string
          tenant: number
          tenantName: string
          username: string
          usernames: Usernames
          sha256: Uint8Array
          now: number
        },
      ) =>
        db.insertInto('provider_client').values({
          client_id: p.clientId,
          tenant_id: p.tenant,
          tenant_name: p.tenantName,
          username: p.username,
          usernames: p.usernames,
          secret_sha256: p.sha256,
          former_secret_sha256: null,
          former_secret_until: null,
          created_at: p.now,
          disabled_at: null,
        }),
    ),
    select: store.prepare((db, p: { clientId: string }) =>
      db.selectFrom('provider_client').selectAll().where('client_id', '=', p.clientId),
    ),
    selectAll: store.prepare((db, _: object) =>
      db.selectFrom('provider_client').selectAll().orderBy('tenant_id').orderBy('client_id'),
    ),
    rotate: store.prepare((db, p: { clientId: string; sha256: Uint8Array; formerUntil: number }) =>
      db
        .updateTable('provider_client')
        .set((row) => ({
          former_secret_sha256: row.ref('secret_sha256'),
          former_secret_until: p.formerUntil,
          secret_sha256: p.sha256,
        }))
        .where('client_id', '=', p.clientId)
        .returning('tenant_id'),
    ),
    rename: store.prepare((db, p: { clientId: string; username: string; usernames: Usernames }) =>
      db
        .updateTable('provider_client')
        .set({ username: p.username, usernames: p.usernames })
        .where('client_id', '=', p.clientId)
        .returning('tenant_id'),
    ),
    disable: store.prepare((db, p: { clientId: string; disabledAt: number | null }) =>
      db
        .updateTable('provider_client')
        .set({ disabled_at: p.disabledAt })
        .where('client_id', '=', p.clientId)
        .returning('tenant_id'),
    ),
  }
}
