import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { commands } from '../../base/files/own-files.ts'
import type { RegionName } from '../../base/region.ts'
import type { Config } from '../../config/config.ts'
import { isDatabaseThere } from '../../store/is-database-there.ts'
import { requireNotMoved } from '../backup/moved-databases.ts'
import { describePlace, storeOf } from '../region-storage.ts'
import { asDatabaseFault } from './database-fault.ts'

/** Databases are not there; the message is for the operator. */
export class DatabaseMissing extends Error {
  constructor(texts: readonly string[]) {
    super(texts.join('\n'))
    this.name = 'DatabaseMissing'
  }
}

type Place = Pick<Config, 'mode' | 'dataFolder' | 'storeUrl'>

/**
 * Sees to it that no new database takes the place of one that was lost, or is on a volume that is not mounted. In production
 * nothing but a command makes one.
 *
 * @throws {DatabaseMissing} with all that are.
 * @throws {RegionMoved} when `store move` has moved one.
 * @throws {DatabaseFault} when it cannot be found out.
 */
export async function requireDatabases(names: readonly RegionName[], config: Place): Promise<void> {
  const missing: string[] = []
  for (const name of names) {
    const text = await findMissing(name, config)
    if (text !== undefined) missing.push(text)
  }
  if (missing.length > 0) throw new DatabaseMissing(missing)
}

async function findMissing(name: RegionName, config: Place): Promise<string | undefined> {
  try {
    return (await findLost(name, config)) ?? (await findNeverMade(name, config))
  } catch (error) {
    throw asDatabaseFault(error, name, config)
  }
}

/**
 * The same for what is to be made: one that was lost is not made anew.
 *
 * @throws {DatabaseMissing}
 */
export async function refuseLost(name: RegionName, config: Place): Promise<void> {
  const lost = await findLost(name, config)
  if (lost !== undefined) throw new DatabaseMissing([lost])
}

/** Of a database that this data folder has had. */
async function findLost(name: RegionName, config: Place): Promise<string | undefined> {
  if (config.storeUrl !== null) return undefined
  requireNotMoved(name, config.dataFolder)
  if (!readKnown(config.dataFolder).includes(name)) return undefined
  const place = storeOf(name, config)
  const found = await isDatabaseThere(place)
  if (found === 'there') return undefined
  return (
    `${describePlace(place)} is ${found}, though this data folder has had it: a new one would have none of its data. ` +
    `Restore it from a backup. To begin without it, remove its region from ${listIn(config.dataFolder)}.`
  )
}

async function findNeverMade(name: RegionName, config: Place): Promise<string | undefined> {
  if (config.mode === 'sandbox') return undefined
  const place = storeOf(name, config)
  const found = await isDatabaseThere(place)
  if (found === 'there') return undefined
  const elsewhere =
    'file' in place
      ? 'If the data is on a volume, mount it; if it is in another folder, set TONEGATE_DATA.'
      : 'If the data is in another database, set TONEGATE_STORE.'
  const state = found === 'empty' ? 'is empty' : 'does not exist'
  return (
    `${describePlace(place)} ${state}, and in production no new one is made by itself. ${elsewhere} ` +
    `For a new region create it: ${commands.admin} database create --region ${name}`
  )
}

const listIn = (folder: string): string => join(folder, 'databases.json')

/** The regions that have had a database in a folder. */
function readKnown(folder: string): readonly string[] {
  try {
    const known: unknown = JSON.parse(readFileSync(listIn(folder), 'utf8'))
    return Array.isArray(known) ? known.map(String) : []
  } catch {
    return []
  }
}

/** Writes down that a region has a database in a folder. */
export function rememberDatabase(name: RegionName, folder: string): void {
  const known = readKnown(folder)
  if (known.includes(name)) return
  const written = `${listIn(folder)}.new`
  writeFileSync(written, `${JSON.stringify([...known, name].sort())}\n`, { mode: 0o600, flush: true })
  renameSync(written, listIn(folder))
}
