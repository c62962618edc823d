import type { Actor } from '../base/request-scope.ts'
import type { AuditAction } from './actions.ts'

/** What an entry may say besides, and nothing else: no secret, nothing of a card, no address or name of a customer. */
export interface AuditDetails {
  /** Names of the members that were changed. */
  readonly changed?: readonly string[]
  /** In minor units, with the currency. */
  readonly amountMinor?: number
  readonly currency?: string
  /** The name of a gateway. */
  readonly gateway?: string
  /** What kind of thing it is: of a gateway, a phone system, a session. */
  readonly kind?: string
  /** Whether something of the name was there before. */
  readonly replaced?: boolean
  readonly flows?: readonly string[]
  readonly scopes?: readonly string[]
  readonly licence?: string
  readonly agentId?: string | null
  /** The id of a secret or key, by which it opens nothing. */
  readonly key?: string
  readonly keys?: readonly string[]
  /** A key was replaced because others may have it. */
  readonly compromised?: boolean
  /** The id of an account configuration. */
  readonly configuration?: number
  /** The GUID that a session has at its provider: the vault’s own entries bear it. */
  readonly providerSession?: string
  /** By which way a link goes: `sms`, `email`. */
  readonly channel?: string
  /** An idempotency key: which order of several it is. */
  readonly order?: string
  /** Why, in a word of ours. */
  readonly reason?: string
  /** How many; how many values, entries, or tokens. */
  readonly count?: number
  /** The path of a file: a backup. */
  readonly file?: string
  /** Where a database was moved to, without a password. */
  readonly place?: string
  /** When a backup was made, in ISO 8601. */
  readonly createdAt?: string
  /** Of an entry about the audit log: up to which position, or behind which. */
  readonly position?: number
  /** Up to which position it counts as pruned. */
  readonly pruned?: number
}

/** What is done to what. */
export interface AuditEntry {
  readonly action: AuditAction
  readonly target: {
    /** What it is: `client`, `session`. */
    readonly kind: string
    readonly id: string
    readonly name?: string
  }
  /** The number of the account that it is of; null for the region’s. */
  readonly account: number | null
  /** How it came out, where that does not go without saying: `approved`, `refused`. */
  readonly outcome?: string
  readonly details?: AuditDetails
}

/** An entry as it is written down, before it has a place in the chain. */
export interface WrittenEntry extends AuditEntry {
  /** When, in ISO 8601, to the millisecond. */
  readonly at: string
  readonly actor: Actor
  /** The id of the request, `x-request-id` of its answer, by which the log has it too. */
  readonly request?: string
  /** The administration command. */
  readonly command?: string
}

/** An entry with its place in the chain: 1 for the first, and one more for each. */
export interface ListedEntry extends WrittenEntry {
  readonly position: number
}

/** The canonical JSON of an entry (RFC 8785): what `canonicalJson` would write, and faster, because members are known. */
export const textOf = ({
  account,
  action,
  actor: { client, id, kind, name },
  at,
  command,
  details,
  outcome,
  request,
  target,
}: WrittenEntry): string =>
  JSON.stringify({
    account,
    action,
    actor: { client, id, kind, name },
    at,
    command,
    details: details && inOrder(details),
    outcome,
    request,
    target: { id: target.id, kind: target.kind, name: target.name },
  })

function inOrder(details: AuditDetails): AuditDetails {
  const ordered: Record<string, unknown> = {}
  for (const name of Object.keys(details).sort()) ordered[name] = details[name as keyof AuditDetails]
  return ordered
}

/** An entry as it was written; `undefined` for what is none, such as what was tampered with. */
export function readEntry(text: string): WrittenEntry | undefined {
  try {
    const read = JSON.parse(text) as WrittenEntry
    const words = [read.action, read.at, read.actor.kind, read.target.kind, read.target.id]
    return words.every((each) => typeof each === 'string') ? read : undefined
  } catch {
    return undefined
  }
}
