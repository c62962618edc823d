import {
  accessSync,
  chmodSync,
  constants,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../../base/clock.ts'
import { fileFault } from '../../base/files/file-fault.ts'
import type { Config } from '../../config/config.ts'
import { asStoreFailure, StoreUnavailable } from '../../store/store-unavailable.ts'
import { version } from '../version.ts'

/** A data folder that this server alone works on. */
export interface LockedFolder {
  /** Tells whoever is refused where this server is reached. */
  listens(address: string): void
  release(): void
}

/**
 * For a server whose databases are elsewhere: nothing in its folder is its own, and in production it has none.
 *
 * @throws {FolderNotLocked}
 */
export function shareDataFolder({ mode, dataFolder }: Pick<Config, 'mode' | 'dataFolder'>): LockedFolder {
  if (mode === 'sandbox') makeFolder(dataFolder)
  return { listens() {}, release() {} }
}

/** The data folder has a server already, or cannot be locked; both may pass. The message is for the operator. */
export class FolderNotLocked extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'FolderNotLocked'
  }
}

/** Two that start at once get in one another's way for a moment; one of them then has the lock. */
const lockWaitMilliseconds = 500

/**
 * Makes the data folder and takes its lock: one server at a time works on a folder, by whatever path it is reached.
 * The lock is a transaction that is held open on a database file of its own, `server.lock`: the operating system
 * releases it when the process ends, however that happens, and it holds between containers that share a volume, whose
 * process numbers say nothing to one another. Which process holds it is written to `server.json` and not into the
 * locked file: POSIX drops a process's locks on a file as soon as the process closes the file anywhere.
 *
 * @throws {FolderNotLocked} when another server has the folder, or it cannot be written.
 */
export function lockDataFolder(folder: string, { clock }: { readonly clock: Clock }): LockedFolder {
  makeFolder(folder)
  const since = new Date(clock.now()).toISOString()
  const holder: Holder = { pid: process.pid, version, host: hostname(), since }
  const lock = takeLock(folder, holder)
  let released = false
  return {
    listens: (address) => writeHolder(folder, { ...holder, address }),
    release() {
      if (released) return
      released = true
      rmSync(holderFile(folder), { force: true })
      lock.close()
    },
  }
}

/** Who has the lock, as `server.json` says it. It may have ended. */
export interface Holder {
  readonly pid: number
  /** Absent where an older version has written it. */
  readonly version?: string
  readonly host: string
  /** ISO 8601. */
  readonly since: string
  /** Where it listens; absent until it does. */
  readonly address?: string
}

const holderFile = (folder: string): string => join(folder, 'server.json')

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    throw notUsable(folder, error)
  }
}

function takeLock(folder: string, holder: Holder): DatabaseSync {
  const file = join(folder, 'server.lock')
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(file, { timeout: lockWaitMilliseconds })
    database.exec('BEGIN EXCLUSIVE')
    chmodSync(file, 0o600)
    writeHolder(folder, holder)
    return database
  } catch (error) {
    database?.close()
    throw isBusy(error) ? taken(folder, error) : notUsable(folder, error)
  }
}

/** SQLITE_BUSY. */
const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && error.errcode === 5

function taken(folder: string, cause: unknown): FolderNotLocked {
  return new FolderNotLocked(
    `Another Tonegate server is running on the data folder ${folder}${described(readHolder(folder))}. ` +
      'Only one server can use a data folder: stop the other one first, or set TONEGATE_DATA to a separate folder. ' +
      'Several servers can share a PostgreSQL database: TONEGATE_STORE=postgres://…',
    { cause },
  )
}

function notUsable(folder: string, cause: unknown): FolderNotLocked {
  const failure = asStoreFailure(cause)
  const fault = failure instanceof StoreUnavailable ? failure.reason : fileFault(cause)
  return new FolderNotLocked(
    `The data folder ${folder} cannot be used: ${fault}. ` +
      'Set TONEGATE_DATA to a folder that the server can write to.',
    { cause },
  )
}

function described(holder: Holder | undefined): string {
  if (!holder) return ''
  const { pid, host, since, address } = holder
  const listening = address === undefined ? '' : `, listening on ${address}`
  return `: process ${pid} on ${host}, started at ${since}${listening}`
}

/** What the file says; `undefined` where it says nothing that can be used. */
export function readHolder(folder: string): Holder | undefined {
  try {
    const holder: Partial<Holder> = JSON.parse(readFileSync(holderFile(folder), 'utf8'))
    return holder.pid === undefined ? undefined : (holder as Holder)
  } catch {
    return undefined
  }
}

/** Whole or not at all. */
function writeHolder(folder: string, holder: Holder): void {
  const written = `${holderFile(folder)}.new`
  writeFileSync(written, `${JSON.stringify(holder, null, 2)}\n`, { mode: 0o600 })
  renameSync(written, holderFile(folder))
}
