import { type NewClient, refuseContradictions } from '../../../identity/clients/create-client.ts'
import { command } from '../../command.ts'
import { accountNamed } from '../../find.ts'
import { algorithmOf, asUsageError, clientOptions, listed, readKeyFiles } from '../../input/client-options.ts'
import { readName } from '../../names.ts'
import { refuseTaken } from '../../refuse-taken.ts'
import { WrongUsage } from '../../refused.ts'

export const createClient = command({
  name: 'client create',
  summary: 'Create API credentials; the secret is shown only once',
  argument: { name: 'name', help: 'their name; unique in the account, and shown to users' },
  options: {
    account: { value: 'NAME', required: true, help: 'the account they act for' },
    public: { help: 'public client, which cannot keep a secret: a browser or an app' },
    ...clientOptions,
  },
  async run(context, given, argument) {
    const name = readName('The name', argument)
    const publicKeys = await readKeyFiles(context, listed(given['public-key']) ?? [])
    const account = await accountNamed(context, given.account)
    const order: NewClient = {
      accountId: account.id,
      name,
      clientType: given.public ? 'public' : 'confidential',
      flows: listed(given.flow) ?? [],
      scopes: listed(given.scope) ?? [],
      redirectUris: listed(given['redirect-uri']) ?? [],
      postLogoutRedirectUris: listed(given['post-logout-redirect-uri']) ?? [],
      allowedOrigins: listed(given.origin) ?? [],
      publicKeys,
      dpopBound: given.dpop,
      shared: given.shared,
      idTokenAlgorithm: algorithmOf(given['id-token-alg']) ?? null,
      accessTokenAlgorithm: algorithmOf(given['access-token-alg']) ?? null,
    }
    refuseContradicting(order)
    const { clientId, clientSecret } = await refuseTaken(
      context.clients.create(order),
      `The account '${account.name}' already has a client '${name}'.`,
    )
    const data = { clientId, ...(clientSecret !== null && { clientSecret }), name, account: account.name }
    if (clientSecret === null) return { kind: 'shown', data }
    return {
      kind: 'shown',
      data,
      note: 'This secret is shown only once. Store it now; only its hash is kept.',
    }
  },
})

/** @throws {WrongUsage} when the order contradicts itself, or orders what is of no use. */
export function refuseContradicting(order: NewClient): void {
  asUsageError(() => refuseContradictions(order))
  const sendsBrowsers = order.flows.some((flow) => flow === 'authorization_code' || flow === 'implicit')
  if (sendsBrowsers && !order.redirectUris?.length) {
    throw new WrongUsage('authorization_code and implicit need a --redirect-uri.')
  }
  if (order.flows.length > 0 && order.scopes.length === 0) {
    throw new WrongUsage('A client that requests tokens needs a --scope.')
  }
}
