import type { RegionName } from '../base/region.ts'

/** A production installation as an operator wants it. */
export interface Wanted {
  readonly domain: string
  readonly region: RegionName
  /** The folder of its databases. */
  readonly data: string
  /** `postgres://…`: its database instead. */
  readonly store: string | undefined
  /** For the settings and the sealing key. */
  readonly folder: string
  /** Whom the service runs as; undefined: whoever gives the command. */
  readonly user: string | undefined
}

/** What has been made for it. */
export interface Prepared {
  readonly folder: string
  /** The file of settings. */
  readonly environment: string
  /** The file of the key. */
  readonly sealingKey: string
  /** Null where the data is in PostgreSQL. */
  readonly dataFolder: string | null
  readonly region: RegionName
  /** The names that it will have in the network. */
  readonly hosts: readonly string[]
}

/** Something that payments need, and how it is. */
export interface ExaminedPoint {
  readonly what: string
  /** To consider: it may be meant so. */
  readonly state: 'in order' | 'wrong' | 'to consider'
  readonly detail: string
}

export interface Examined {
  readonly data: {
    /** Version of this program. */
    readonly program: string
    /** Null where the configuration cannot be read. */
    readonly mode: 'sandbox' | 'production' | null
  }
  readonly points: readonly ExaminedPoint[]
}

/** What a command works with that needs no region to be there. */
export interface Tools {
  /** How the operator calls the program. */
  readonly program: string
  /** The one that was asked for; undefined: the default region. */
  readonly region: RegionName | undefined
  readonly form: 'text' | 'json'
  /** The variables of the process: settings, and what a command reads by a name of its own. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** @throws {Refused} with all that is in the way. */
  prepare(wanted: Wanted): Promise<Prepared>
  /**
   * Looks at all that payments need, and changes nothing.
   *
   * @param region undefined: each that is served here.
   */
  examine(region: RegionName | undefined): Promise<Examined>
  /** What a shell completes the words of the program by. */
  completionScript(shell: string): Promise<string>
  /** A file’s text, or what is piped in for `-`. @throws {Refused} when it cannot be read. */
  readText(file: string): Promise<string>
  /** What is said while the command runs; resolves when more may be written. */
  print(text: string): Promise<void>
}

/** What differs from one command to the next of a process. */
type OfCommand = 'program' | 'region' | 'form' | 'completionScript'

export type ToolsOfProcess = Omit<Tools, OfCommand>
