import { fileFault } from '../../base/files/file-fault.ts'
import type { RegionName } from '../../base/region.ts'
import type { Config } from '../../config/config.ts'
import { NewerDatabase } from '../../store/newer-database.ts'
import { StoreUnavailable } from '../../store/store-unavailable.ts'
import { describePlace, storeOf } from '../region-storage.ts'

/** A region's database cannot be used; the message tells the operator where it is, what is wrong and what to do. */
export class DatabaseFault extends Error {
  /** It may be over by itself, and starting again be worth a try. */
  readonly mayPass: boolean

  constructor(message: string, { mayPass, cause }: { readonly mayPass: boolean; readonly cause: unknown }) {
    super(message, { cause })
    this.name = 'DatabaseFault'
    this.mayPass = mayPass
  }
}

/** What to do about what the store says of itself. */
const remedies: readonly {
  readonly reason: RegExp
  readonly remedy: string
  readonly mayPass: boolean
}[] = [
  { reason: /damaged/, remedy: 'Restore it from a backup.', mayPass: false },
  {
    reason: /encoding/,
    remedy: "Name a database in TONEGATE_STORE that was made with ENCODING 'UTF8'.",
    mayPass: false,
  },
  { reason: /locked/, remedy: 'End that program, or wait until it is done.', mayPass: true },
  { reason: /full|no room|cannot grow/, remedy: 'Make room there.', mayPass: true },
  {
    reason: /standby/,
    remedy: 'Name the server that can be written in TONEGATE_STORE, or make this one writable.',
    mayPass: true,
  },
  {
    reason: /read-only/,
    remedy: 'Make it and its folder writable for the user that the server runs as.',
    mayPass: true,
  },
  {
    reason: /no access|cannot be opened/,
    remedy: 'The user that the server runs as must own the file and its folder.',
    mayPass: true,
  },
  {
    reason: /TLS/,
    remedy: 'Correct sslmode or sslrootcert in TONEGATE_STORE, or what the server has.',
    mayPass: true,
  },
  {
    reason: /TONEGATE_STORE|database of that name/,
    remedy: 'Correct TONEGATE_STORE, or what its user may do.',
    mayPass: true,
  },
  {
    reason: /cannot be reached|stopped or started|too long/,
    remedy: 'Start PostgreSQL, or correct TONEGATE_STORE.',
    mayPass: true,
  },
]

/**
 * What went wrong with a region's database, as its operator is told.
 *
 * @returns the error itself where nobody but a programmer can mend it, or its own words are enough.
 */
export function asDatabaseFault(
  error: unknown,
  name: RegionName,
  config: Pick<Config, 'dataFolder' | 'storeUrl'>,
): unknown {
  const place = storeOf(name, config)
  const where = describePlace(place)
  if (error instanceof NewerDatabase) {
    return new DatabaseFault(`${where}: ${error.message}`, { mayPass: false, cause: error })
  }
  const reason = reasonOf(error, 'file' in place ? place.file : undefined)
  if (reason === undefined) return error
  const { remedy, mayPass } = remedies.find((each) => each.reason.test(reason)) ?? {
    remedy: '',
    mayPass: true,
  }
  return new DatabaseFault(`${where} cannot be used: ${reason}. ${remedy}`.trim(), { mayPass, cause: error })
}

/** @param file where it is, if it is one. */
function reasonOf(error: unknown, file: string | undefined): string | undefined {
  if (error instanceof StoreUnavailable) return error.reason
  if (!(error instanceof Error)) return undefined
  if (file !== undefined && 'path' in error && String(error.path).startsWith(file)) return fileFault(error)
  return lacksTables(error) ? `it is damaged: ${error.message}` : undefined
}

/** undefined_table, undefined_column; SQLite has no codes for them. */
const lacksTables = (error: Error): boolean =>
  ('code' in error && (error.code === '42P01' || error.code === '42703')) ||
  /^no such (?:table|column): /.test(error.message)
