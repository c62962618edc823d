import type { Http } from './base/http.ts'
import type { Calls } from './calls/calls.ts'
import { createIdentity, type Identity } from './identity/identity.ts'
import { createPayments, type Payments } from './payments/payments.ts'
import type { Provider } from './payments/provider.ts'
import type { RegionParts } from './region-parts.ts'
import { createDemoAccount } from './sandbox/demo-account.ts'
import type { SandboxRegion } from './sandbox/sandbox-file.ts'

/** Who may call, and the Payment API: no digit of a card ever comes here. */
export interface ApiHalf {
  readonly identity: Identity
  readonly payments: Payments
  /** The sandbox's demo account; `undefined` in production. */
  readonly demo: { readonly accountId: number; readonly region: SandboxRegion } | undefined
  routes(app: Http): void
}

export async function openApiHalf(
  parts: RegionParts,
  { provider, calls }: { readonly provider: Provider; readonly calls: Pick<Calls, 'findLiveCall'> },
): Promise<ApiHalf> {
  const { config, assets } = parts
  const identity = await createIdentity({ ...parts, stylesheet: assets.pages.stylesheet, settings: config })
  const { bearer, cors } = identity
  const payments = createPayments({ ...parts, provider, calls, bearer, cors, settings: config })
  const demo =
    config.mode === 'sandbox' ? await createDemoAccount({ ...parts, identity, payments }) : undefined
  return {
    identity,
    payments,
    demo,
    routes(app) {
      identity.routes(app)
      payments.routes(app)
    },
  }
}
