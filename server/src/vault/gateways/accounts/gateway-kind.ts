import type { TSchema } from 'typebox'
import type { Clock } from '../../../base/clock.ts'
import type { Log } from '../../../base/log.ts'
import type { Outgoing } from '../../../base/outgoing/outgoing.ts'
import type { GuardedGateway } from '../guard-gateway.ts'

/** What a gateway of a kind is made of. */
export interface GatewayParts<Settings> {
  readonly settings: Settings
  /** The way to a server of the public Internet; in the sandbox, to this machine too. */
  readonly send: Outgoing
  /** The same, to a server of the operator's own network too. */
  readonly sendInside: Outgoing
  readonly clock: Clock
  /** Where what the gateway refuses is said in its own words, with its digits masked. */
  readonly log?: Pick<Log, 'warn'>
}

/** A kind of gateway that an account can have: what has to be known of it, and how it is made. */
export interface GatewayKind {
  /** Of the settings, an object; credentials are members of it. */
  readonly settingsSchema: TSchema
  /** The members whose values may be shown; every other is shown as dots. */
  readonly shown: readonly string[]
  /** @param parts whose settings have been checked by the schema. */
  create(parts: GatewayParts<never>): GuardedGateway
}

/** The kinds by their names. */
export type GatewayKinds = Readonly<Record<string, GatewayKind>>
