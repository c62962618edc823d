import type { AccountConfiguration } from '../configurations/account-configuration.ts'
import type { AccountSecrets } from '../configurations/account-secrets.ts'
import type { Configurations } from '../configurations/configurations.ts'
import type { WebhookSettings } from '../configurations/webhook-settings.ts'

/** Who hears of sessions whose account configuration has no webhook: in the sandbox, whoever listens. */
export interface OtherReceiver {
  /** `undefined` while there is nobody. */
  settings(): WebhookSettings | undefined
  /** What signs the messages, under the name that the settings have for it. */
  readonly secret: string
}

/** The same configurations, each with a webhook as long as there is somebody to hear of it. */
export function withOtherReceiver(
  configurations: Configurations,
  other: OtherReceiver | undefined,
): Configurations {
  if (!other) return configurations
  const complete = (found: AccountConfiguration | undefined): AccountConfiguration | undefined => {
    const webhook = found?.webhook ?? other.settings()
    return found && { ...found, ...(webhook && { webhook }) }
  }
  return {
    ...configurations,
    find(accountId, id) {
      const found = configurations.find(accountId, id)
      return found instanceof Promise ? found.then(complete) : complete(found)
    },
  }
}

/** The same secrets, and the one that signs what the other receiver gets. */
export const withOtherSecret = (
  { find }: Pick<AccountSecrets, 'find'>,
  other: OtherReceiver | undefined,
): Pick<AccountSecrets, 'find'> => ({
  find: async (accountId, name) =>
    other && name === other.settings()?.signingSecret ? other.secret : find(accountId, name),
})
