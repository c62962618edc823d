import { type NewClient, refuseContradictions } from '../../../identity/clients/create-client.ts'
import { command } from '../../command.ts'
import { accountNamed } from '../../find.ts'
import { algorithmOf, clientOptions, inWords, listed, readKeyFiles } from '../../input/client-options.ts'
import { readName } from '../../names.ts'
import { refuseTaken } from '../../refuse-taken.ts'
import { WrongUsage } from '../../refused.ts'

export const createClient = command({
  name: 'client create',
  summary: 'Make API credentials; the secret is shown once',
  argument: { name: 'name', help: 'what they are called; unique in the account, and shown to people' },
  options: {
    account: { value: 'NAME', required: true, help: 'the account that they act for' },
    public: { help: 'they run where a secret cannot be kept: in a browser, in an app' },
    ...clientOptions,
  },
  async run(office, given, argument) {
    const name = readName('The name', argument)
    const publicKeys = await readKeyFiles(office, listed(given['public-key']) ?? [])
    const account = await accountNamed(office, given.account)
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
      office.clients.create(order),
      `The account '${account.name}' has a client '${name}' already.`,
    )
    const data = { clientId, ...(clientSecret !== null && { clientSecret }), name, account: account.name }
    if (clientSecret === null) return { kind: 'shown', data }
    return { kind: 'shown', data, note: 'The secret is shown this once; only its hash is kept.' }
  },
})

/** @throws {WrongUsage} when the order contradicts itself, or orders what is of no use. */
function refuseContradicting(order: NewClient): void {
  inWords(() => refuseContradictions(order))
  const sendsBrowsers = order.flows.some((flow) => flow === 'authorization_code' || flow === 'implicit')
  if (sendsBrowsers && !order.redirectUris?.length) {
    throw new WrongUsage('authorization_code and implicit need a --redirect-uri.')
  }
  if (order.flows.length > 0 && order.scopes.length === 0) {
    throw new WrongUsage('A client that gets tokens needs a --scope.')
  }
}
