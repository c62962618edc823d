import { sealedAuditEnds } from '../audit/chain-ends.ts'
import type { Region } from '../base/region.ts'
import { sealedCallers } from '../calls/live/live-call.ts'
import { sealedPlatformSettings } from '../calls/platforms/platforms.ts'
import { sealedSigningKeys } from '../identity/keys/signing-keys.ts'
import { sealedAccountSecrets } from '../payments/configurations/account-secrets.ts'
import { sealedAnswers } from '../payments/idempotency/idempotency.ts'
import { sealedLaunchedSessions } from '../payments/launches/launch-rows.ts'
import { sealedRemoteResults } from '../payments/remote-provider/result-seal.ts'
import { sealedSessions } from '../payments/seal-session.ts'
import { sealedMessages } from '../payments/webhooks/messages.ts'
import type { SealedColumn } from '../store/reseal.ts'
import { sealedKeptCards } from '../vault/charge/kept-cards.ts'
import { sealedCards } from '../vault/fields/sealed-card.ts'
import { sealedGatewaySettings } from '../vault/gateways/accounts/gateway-accounts.ts'
import { sealedLinkAddresses } from '../vault/links/payment-links.ts'
import { sealedChallenges } from '../vault/model/sealed-challenge.ts'
import { sealedLaunches } from '../vault/model/sealed-launch.ts'
import { sealedCallbacks } from '../vault/provider-api/callbacks/callback-seal.ts'
import { sealedFlowSecrets } from '../vault/provider-api/flows/provider-flows.ts'
import { sealedLaunchAnswers } from '../vault/provider-api/launch/launch-keys.ts'
import { sealedProviderSessions } from '../vault/provider-api/provider-session.ts'

/** Everything that a region's database holds sealed. */
export const sealedColumns = (region: Pick<Region, 'name'>): readonly SealedColumn[] => [
  sealedSigningKeys(region),
  sealedGatewaySettings,
  sealedLaunches,
  sealedCards,
  sealedKeptCards,
  sealedChallenges,
  sealedLinkAddresses,
  ...sealedSessions,
  sealedAnswers,
  sealedAccountSecrets,
  sealedMessages,
  sealedRemoteResults,
  sealedLaunchedSessions,
  sealedFlowSecrets,
  ...sealedProviderSessions,
  sealedCallbacks,
  sealedLaunchAnswers,
  sealedPlatformSettings,
  sealedCallers,
  sealedAuditEnds,
]
