import type { GatewayKinds } from '../gateway-accounts/gateway-kind.ts'
import { connector } from './connector/connector.ts'

/** Every kind of gateway that an account can have. */
export const gatewayKinds: GatewayKinds = { connector }
