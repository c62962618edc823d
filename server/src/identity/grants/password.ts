import { createNoteRefusals } from '../../audit/note-refusals.ts'
import { prepareRecord } from '../../audit/record.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { Client } from '../clients/known-clients.ts'
import type { WarnOfDeprecatedFlow } from '../endpoints/deprecated-flow.ts'
import type { SentForm } from '../endpoints/form-parameters.ts'
import { OAuthError } from '../endpoints/oauth-error.ts'
import type { AuthenticateUser } from '../users/authenticate-user.ts'
import { prepareHoldUser } from '../users/hold-user.ts'
import type { KnownUser } from '../users/known-users.ts'
import { flowNotRegistered } from './flow-not-registered.ts'
import type { Grant } from './grant.ts'
import { grantedScope } from './granted-scope.ts'
import type { IssueForUser } from './issue-for-user.ts'

/**
 * Password grant (RFC 6749 §4.3): a confidential client sends a person's username and password. RFC 9700 §2.4 has it
 * that nobody shall use it, so that it is off unless a client was registered for it, and its use is warned of. The
 * person has to be of the client's own account: nobody gives their password to another's program, and can be asked
 * for no consent.
 *
 * @throws {OAuthError} `unauthorized_client` when the client was not registered for the flow or is public,
 *   `invalid_request` without a username or a password, `invalid_scope`, `invalid_grant` when the client is shared or
 *   the person is refused, for whichever reason; `temporarily_unavailable` after too many failures, or when too many
 *   people sign in at once.
 */
export function passwordGrant({
  authenticateUser,
  issueForUser,
  warn,
  store,
  newGuid,
  clock,
  log,
}: Pick<StoreParts, 'store' | 'newGuid' | 'clock' | 'log'> & {
  readonly authenticateUser: AuthenticateUser
  readonly issueForUser: IssueForUser
  readonly warn: WarnOfDeprecatedFlow
}): Grant {
  const holdUser = prepareHoldUser(store)
  const record = prepareRecord({ store, clock })
  const note = createNoteRefusals({ store, clock, log })

  async function signIn(client: Client, parameters: SentForm, address: string): Promise<KnownUser> {
    const username = required('username', parameters.get('username'))
    const password = required('password', parameters.secrets.get('password'))
    const attempt = await authenticateUser({ username, password, address, program: client.id })
    const outcome =
      attempt.outcome === 'authenticated' ? await lookAgain(client, attempt.user) : attempt.outcome
    if (attempt.outcome === 'authenticated' && outcome === 'authenticated') return attempt.user
    log.info({ clientId: client.id, outcome }, 'a sign-in was refused')
    throw 'retryAfterSeconds' in attempt ? comeAgain(attempt) : refused()
  }

  /** What was proved may be over: another node may have set the password while it was checked here. */
  async function lookAgain(client: Client, user: KnownUser) {
    const { id, username: name } = user
    if (user.account.id !== client.account.id) {
      const details = { reason: 'foreign-account' }
      note({
        action: 'user.sign-in.refused',
        target: { kind: 'user', id, name },
        account: user.account.id,
        details,
      })
      return 'foreign account'
    }
    return store.write(async (tx) => {
      if ((await holdUser(tx, id)) !== user.tokensValidFrom) return 'ended meanwhile'
      const entry = { action: 'user.sign-in', target: { kind: 'user', id, name } } as const
      const details = { kind: 'password grant' }
      await record(
        tx,
        { ...entry, account: client.account.id, details },
        { kind: 'user', id, name, client: client.id },
      )
      return 'authenticated'
    })
  }

  return async ({ client, parameters, address, addresses, keyThumbprint }) => {
    if (client.clientType === 'public' || !client.flows.has('password')) {
      throw flowNotRegistered(client, 'password')
    }
    warn(client, 'password')
    if (client.shared) {
      throw new OAuthError('invalid_grant', {
        description: 'The password grant is not allowed for shared clients',
      })
    }
    const scope = grantedScope(client, parameters.get('scope'), 'user')
    const [tokenId, authenticatedAt] = [newGuid(), clock.now()]
    const user = await signIn(client, parameters, address)
    return issueForUser.first({
      client,
      user,
      scope,
      keyThumbprint,
      addresses,
      grantId: newGuid(),
      tokenId,
      signInId: null,
      nonce: null,
      authenticatedAt,
    })
  }
}

function required<Value>(name: 'username' | 'password', value: Value | undefined): Value {
  if (value !== undefined) return value
  throw new OAuthError('invalid_request', { description: `The ${name} is missing` })
}

const refused = () => new OAuthError('invalid_grant', { description: 'The username or password is wrong' })

const descriptions = {
  throttled: 'Too many failed attempts. Try again later.',
  busy: 'Too many sign-ins at the moment. Try again later.',
} as const

function comeAgain({
  outcome,
  retryAfterSeconds,
}: {
  readonly outcome: keyof typeof descriptions
  readonly retryAfterSeconds: number
}): OAuthError {
  const headers = { 'retry-after': String(retryAfterSeconds) }
  return new OAuthError('temporarily_unavailable', { description: descriptions[outcome], headers })
}
