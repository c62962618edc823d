import type { Kysely } from 'kysely'

/** What the four flows, sign-in, revocation and the rotation of keys need. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db
  await schema
    .alterTable('client')
    .addColumn('post_logout_redirect_uris', 'text', (column) => column.notNull().defaultTo(''))
    .execute()
  await schema
    .alterTable('client')
    .addColumn('public_keys', 'text', (column) => column.notNull().defaultTo('[]'))
    .execute()
  await schema
    .alterTable('client')
    .addColumn('dpop_bound', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
  await schema
    .alterTable('client')
    .addColumn('shared', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
  for (const table of ['client', 'user']) {
    await schema
      .alterTable(table)
      .addColumn('tokens_valid_from', 'bigint', (column) => column.notNull().defaultTo(0))
      .execute()
  }
  await schema
    .alterTable('user')
    .addColumn('display_name', 'text', (column) => column.notNull().defaultTo(''))
    .execute()
  await schema
    .alterTable('signing_key')
    .addColumn('signs_from', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute()
  await schema.alterTable('signing_key').addColumn('removed_from', 'bigint').execute()

  await schema
    .createTable('sign_in')
    .addColumn('sha256', 'blob', (column) => column.primaryKey())
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('user_id', 'text', (column) => column.notNull().references('user.id').onDelete('cascade'))
    .addColumn('authenticated_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .execute()
  await schema.createIndex('sign_in_user').on('sign_in').column('user_id').execute()
  await schema.createIndex('sign_in_expiry').on('sign_in').column('expires_at').execute()

  await schema
    .createTable('consent')
    .addColumn('user_id', 'text', (column) => column.notNull().references('user.id').onDelete('cascade'))
    .addColumn('client_id', 'text', (column) => column.notNull().references('client.id').onDelete('cascade'))
    .addColumn('scopes', 'text', (column) => column.notNull())
    .addColumn('given_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('consent_key', ['user_id', 'client_id'])
    .execute()
  await schema.createIndex('consent_client').on('consent').column('client_id').execute()

  await schema
    .createTable('authorization_code')
    .addColumn('sha256', 'blob', (column) => column.primaryKey())
    .addColumn('grant_id', 'text', (column) => column.notNull())
    .addColumn('client_id', 'text', (column) => column.notNull().references('client.id').onDelete('cascade'))
    .addColumn('user_id', 'text', (column) => column.notNull().references('user.id').onDelete('cascade'))
    .addColumn('sign_in_id', 'text', (column) => column.notNull())
    .addColumn('redirect_uri', 'text', (column) => column.notNull())
    .addColumn('redirect_uri_sent', 'integer', (column) => column.notNull())
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('code_challenge', 'text')
    .addColumn('nonce', 'text')
    .addColumn('authenticated_at', 'bigint', (column) => column.notNull())
    .addColumn('key_thumbprint', 'text')
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('used_at', 'bigint')
    .execute()
  await schema.createIndex('authorization_code_grant').on('authorization_code').column('grant_id').execute()
  await schema
    .createIndex('authorization_code_sign_in')
    .on('authorization_code')
    .column('sign_in_id')
    .execute()
  await schema.createIndex('authorization_code_client').on('authorization_code').column('client_id').execute()
  await schema.createIndex('authorization_code_user').on('authorization_code').column('user_id').execute()
  await schema
    .createIndex('authorization_code_expiry')
    .on('authorization_code')
    .column('expires_at')
    .execute()

  await schema
    .createTable('refresh_token')
    .addColumn('sha256', 'blob', (column) => column.primaryKey())
    .addColumn('secret_sha256', 'blob', (column) => column.notNull())
    .addColumn('grant_id', 'text', (column) => column.notNull())
    .addColumn('client_id', 'text', (column) => column.notNull().references('client.id').onDelete('cascade'))
    .addColumn('user_id', 'text', (column) => column.notNull().references('user.id').onDelete('cascade'))
    .addColumn('sign_in_id', 'text')
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('authenticated_at', 'bigint', (column) => column.notNull())
    .addColumn('key_thumbprint', 'text')
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('grant_expires_at', 'bigint', (column) => column.notNull())
    .execute()
  await schema.createIndex('refresh_token_grant').on('refresh_token').column('grant_id').execute()
  await schema.createIndex('refresh_token_client').on('refresh_token').column('client_id').execute()
  await schema.createIndex('refresh_token_user').on('refresh_token').column('user_id').execute()
  await schema.createIndex('refresh_token_sign_in').on('refresh_token').column('sign_in_id').execute()
  await schema.createIndex('refresh_token_expiry').on('refresh_token').column('expires_at').execute()

  await schema
    .createTable('revocation')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('revoked_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .execute()
  await schema.createIndex('revocation_time').on('revocation').column('revoked_at').execute()
  await schema.createIndex('revocation_expiry').on('revocation').column('expires_at').execute()

  await schema
    .createTable('used_assertion')
    .addColumn('sha256', 'blob', (column) => column.primaryKey())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .execute()
  await schema.createIndex('used_assertion_expiry').on('used_assertion').column('expires_at').execute()

  await schema.alterTable('idempotent_request').renameColumn('client_id', 'sender').execute()
}
