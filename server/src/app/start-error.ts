import { machineFault } from '../base/files/file-fault.ts'
import { NotSealedHere } from '../base/seal.ts'
import { ConfigError } from '../config/config.ts'
import type { ListenSetting } from '../http/listening.ts'
import { NotBuilt } from '../http/not-built.ts'
import { RegionAbsent } from '../store/region-absent.ts'
import { StoreUnavailable } from '../store/store-unavailable.ts'
import { DatabaseFault } from './databases/database-fault.ts'
import { DatabaseMissing } from './databases/known-databases.ts'
import { FolderNotLocked } from './databases/lock-data-folder.ts'
import { OtherRegion } from './databases/own-region.ts'

/** What names a port and an address, and examples of both. */
interface ListenRemedy {
  readonly port: string
  readonly host: string
  readonly address: string
}

const inOne = (setting: ListenSetting, address: string): ListenRemedy => ({
  port: `${setting}=${address}`,
  host: setting,
  address,
})

const places: Readonly<Record<ListenSetting, ListenRemedy>> = {
  PORT: { port: 'PORT=8081', host: 'HOST', address: '127.0.0.1' },
  TONEGATE_OPS_LISTEN: inOne('TONEGATE_OPS_LISTEN', '127.0.0.1:9465'),
  TONEGATE_CHANNEL_LISTEN: inOne('TONEGATE_CHANNEL_LISTEN', '127.0.0.1:8445'),
  TONEGATE_NODE_URL: inOne('TONEGATE_NODE_URL', 'https://10.0.0.5:8445'),
}

/** Why nothing can listen where the configuration says, and what to do about it. */
const remedies: Readonly<Record<string, (place: ListenRemedy) => string>> = {
  EADDRINUSE: ({ port }) =>
    `Another program is already listening there; choose another port, for example ${port}.`,
  EACCES: ({ port }) =>
    `This user may not listen there; ports from 1024 need no special rights, for example ${port}.`,
  EADDRNOTAVAIL: ({ host, address }) =>
    `This machine does not have that address; set ${host} to one that it has, for example ${address}.`,
  ENOTFOUND: ({ host, address }) =>
    `No machine has that name; set ${host} to an address of this one, for example ${address}.`,
}

/** Why a process cannot do its work, for the operator: what is theirs to mend in words, a bug with its stack. */
export function startError(error: unknown): string {
  if (
    error instanceof ConfigError ||
    error instanceof DatabaseFault ||
    error instanceof DatabaseMissing ||
    error instanceof FolderNotLocked ||
    error instanceof NotBuilt ||
    error instanceof OtherRegion ||
    error instanceof RegionAbsent
  ) {
    return error.message
  }
  if (isWrongArgument(error)) {
    return `${error.message}\nUse --role api, --role vault or no option.`
  }
  if (error instanceof NotSealedHere) {
    return `TONEGATE_SEALING_KEY is not the key that the data in TONEGATE_DATA was sealed with. ${error.message}`
  }
  if (error instanceof StoreUnavailable) {
    return error.place === 'server'
      ? `The PostgreSQL database cannot be used: ${error.reason}. TONEGATE_STORE names it.`
      : `The database in the data folder cannot be opened or written: ${error.reason}. TONEGATE_DATA names the folder.`
  }
  const fault = machineFault(error)
  if (fault) return `The data folder cannot be written: ${fault}. TONEGATE_DATA names the folder.`
  const remedy = error instanceof Error && remedyOf(error)
  if (remedy) return `${error.message}. ${remedy}`
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

/** How a process ends that could not do its work, by sysexits.h where that has a word for it. */
export const exitCodes = {
  /** A bug, or other servers have taken over what it did. */
  failed: 1,
  /** EX_TEMPFAIL: what is wrong may pass, and starting again is worth a try. */
  later: 75,
  /** EX_CONFIG: somebody has to change something first. */
  configuration: 78,
} as const

/** The exit code of a process that {@link startError} is said of. */
export function startExitCode(error: unknown): number {
  if (error instanceof DatabaseFault) return error.mayPass ? exitCodes.later : exitCodes.configuration
  if (
    error instanceof ConfigError ||
    error instanceof DatabaseMissing ||
    error instanceof NotBuilt ||
    error instanceof NotSealedHere ||
    error instanceof OtherRegion ||
    isWrongArgument(error)
  ) {
    return exitCodes.configuration
  }
  const mayPass =
    error instanceof FolderNotLocked ||
    error instanceof StoreUnavailable ||
    machineFault(error) !== undefined ||
    (error instanceof Error && remedyOf(error) !== undefined)
  return mayPass ? exitCodes.later : exitCodes.failed
}

const isWrongArgument = (error: unknown): error is TypeError =>
  error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')

function remedyOf(error: Error & { readonly setting?: ListenSetting }): string | undefined {
  if (!('syscall' in error && 'code' in error && /^(?:listen|getaddrinfo)$/.test(String(error.syscall)))) {
    return undefined
  }
  return remedies[String(error.code)]?.(places[error.setting ?? 'PORT'])
}
