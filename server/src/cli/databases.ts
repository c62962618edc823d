/** What a table of a backup holds, in short. */
interface TableSum {
  readonly table: string
  readonly rows: number
  /** In hexadecimal digits. */
  readonly sha256: string
}

/** A backup that was written, or found to be whole. */
export interface BackupContent {
  readonly file: string
  readonly region: string
  /** ISO 8601: the data is as it was at this moment. */
  readonly createdAt: string
  /** Version of the program that wrote it. */
  readonly program: string
  /** Which database it was made of: it can be restored to either. */
  readonly engine: 'SQLite' | 'PostgreSQL'
  /** The last migration that its tables have had. */
  readonly schema: string
  /** Fingerprint of the sealing key that it needs. */
  readonly sealingKey: string
  readonly bytes: number
  /** The kinds of sealed values of which some open under no listed key; the server goes on without those. */
  readonly unopened: readonly string[]
  readonly tables: readonly TableSum[]
}

export interface BackedUp extends BackupContent {
  /** Why the audit log has no entry of it; null where it has one. */
  readonly withoutEntry: string | null
}

/** What may have changed since a backup, and what it says of it. */
export interface CredentialState {
  readonly what: 'API credentials' | 'user' | 'provider client' | 'platform' | 'gateway' | 'secret'
  readonly account: string
  readonly name: string
  readonly disabled: boolean
  /** When it was changed last, as far as that is kept: ISO 8601. */
  readonly changedAt: string
}

/** What was done to a database that is older than what has happened since. */
export interface MadeSafe {
  /** ISO 8601. */
  readonly at: string
  readonly sessionsEnded: number
  /** Charges whose gateways are asked for their outcome. */
  readonly chargesToReconcile: number
  readonly providerSessionsToAsk: number
  readonly signInsEnded: number
  readonly refreshTokensRevoked: number
  readonly authorizationCodesRevoked: number
  /** Those that are good from now on. */
  readonly newSigningKeys: readonly string[]
  /** Those that were changed last come first. */
  readonly credentials: readonly CredentialState[]
}

export interface Restored {
  readonly backup: BackupContent
  /** Where the data is. */
  readonly place: string
  /** Where the data is kept that was there before; null where there was none. */
  readonly former: string | null
  /** Null where it was left as it was. */
  readonly madeSafe: MadeSafe | null
}

export interface Moved {
  readonly from: string
  readonly to: string
  /** What the database is called from now on that it was moved from. */
  readonly former: string
  readonly tables: readonly TableSum[]
}

/** What is done with a region's database as a whole. All of it throws {@link Refused} where it cannot be done. */
export interface Databases {
  /** While a server may be running. @param target a new file, or a folder to put one into. */
  backUp(target: string): Promise<BackedUp>
  verify(file: string): Promise<BackupContent>
  restore(file: string, options: { readonly replace: boolean; readonly asItWas: boolean }): Promise<Restored>
  makeSafe(): Promise<MadeSafe>
  move(to: 'postgresql' | 'folder'): Promise<Moved>
}
