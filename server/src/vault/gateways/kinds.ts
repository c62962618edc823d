import type { GatewayKinds } from '../gateway-accounts/gateway-kind.ts'
import { connector } from './connector/connector.ts'
import * as stripe from './stripe/stripe-gateway.ts'

/** Every kind of gateway that an account can have. */
export const gatewayKinds: GatewayKinds = {
  connector,
  [stripe.kind]: {
    settingsSchema: stripe.settingsSchema,
    shown: stripe.shownSettings,
    create: stripe.createStripeGateway,
  },
}
