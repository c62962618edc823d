import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileFault } from '../../base/files/file-fault.ts'
import type { Random } from '../../base/random.ts'
import { Refused } from '../../cli/refused.ts'
import type { Prepared, Wanted } from '../../cli/tools.ts'
import { type Config, ConfigError, readConfig } from '../../config/config.ts'
import { regionValue } from '../../config/regions.ts'
import type { Owner } from './owner-named.ts'
import { settingsText } from './settings-text.ts'

/** Where the unit of systemd and `tonegate-admin` look for the sealing key by themselves. */
const folderOfUnit = '/etc/tonegate'

/**
 * Makes what production begins with: the settings, a sealing key, and the data folder. Either all of it is made, or nothing.
 *
 * @throws {Refused} with all that is in the way.
 */
export function prepareInstallation(
  wanted: Wanted,
  { random, owner }: { readonly random: Random; readonly owner: Owner | undefined },
): Prepared {
  const folder = resolve(wanted.folder)
  const dataFolder = wanted.store === undefined ? resolve(wanted.data) : null
  const files = { environment: join(folder, 'environment'), sealingKey: join(folder, 'sealing-key') }
  const key = random(32).toString('base64')
  const settings = {
    TONEGATE_MODE: 'production',
    TONEGATE_DOMAIN: wanted.domain,
    TONEGATE_DEFAULT_REGION: wanted.region,
    ...(dataFolder === null ? { TONEGATE_STORE: wanted.store } : { TONEGATE_DATA: dataFolder }),
    TONEGATE_PROXY: 'trusted',
  }
  const config = readSettings({ ...settings, TONEGATE_SEALING_KEY: key })
  const faults = [
    ...('faults' in config ? config.faults : []),
    ...Object.values(files).flatMap(fileInTheWay),
    ...[folder, dataFolder].flatMap((each) => (each === null ? [] : folderFault(each))),
    ...(dataFolder === null ? [] : databasesInTheWay(dataFolder)),
    ...(dataFolder === folder
      ? ['--data and --folder name one folder. The key is kept apart from the data.']
      : []),
  ]
  if ('faults' in config || faults.length > 0)
    throw new Refused(`Nothing was prepared:\n${faults.map((fault) => `  ${fault}`).join('\n')}`)
  const isFoundByUnit = owner !== undefined && folder === folderOfUnit
  const text = settingsText({
    ...settings,
    ...(!isFoundByUnit && { TONEGATE_SEALING_KEY_FILE: files.sealingKey }),
  })
  makeAll([
    { path: folder, mode: owner ? 0o750 : 0o700, owner: owner && { uid: 0, gid: owner.gid } },
    ...(dataFolder === null ? [] : [{ path: dataFolder, mode: 0o700, owner }]),
    { path: files.sealingKey, mode: 0o600, owner, text: `${key}\n` },
    {
      path: files.environment,
      mode: owner ? 0o640 : 0o600,
      owner: owner && { uid: 0, gid: owner.gid },
      text,
    },
  ])
  const { issuer, apiUrl, paymentOrigin } = regionValue(wanted.region, config, config.port)
  const hosts = [issuer, apiUrl, paymentOrigin].map((url) => new URL(url).host)
  return { folder, ...files, dataFolder, region: wanted.region, hosts }
}

/** As the server will read them, but for what is still to be made. */
function readSettings(settings: Readonly<Record<string, string | undefined>>): Config | ConfigError {
  try {
    return readConfig(settings, () => [])
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
}

/** A link is in the way wherever it leads. */
const fileInTheWay = (file: string): readonly string[] =>
  isThere(file) ? [`${file} exists already. Nothing is overwritten: use it, or another --folder.`] : []

function isThere(file: string): boolean {
  try {
    return lstatSync(file) !== undefined
  } catch {
    return false
  }
}

/** Data that is there already was sealed with the key of its own. */
function databasesInTheWay(folder: string): readonly string[] {
  try {
    const found = readdirSync(folder).find((name) => name.endsWith('.db') || name === 'databases.json')
    if (found === undefined) return []
    return [
      `${join(folder, found)} is there already, and belongs to another sealing key. Use another --data.`,
    ]
  } catch {
    return []
  }
}

/** Of a folder that is there or can be made, nothing. */
function folderFault(folder: string): readonly string[] {
  const found = nearest(folder)
  try {
    if (!statSync(found).isDirectory()) return [`${folder} cannot be used: ${found} is a file, not a folder.`]
    accessSync(found, constants.W_OK | constants.X_OK)
    return []
  } catch (error) {
    const whose = found === folder ? '' : ` to make it in ${found}`
    return [`${folder} cannot be used${whose}: ${fileFault(error)}.`]
  }
}

const nearest = (path: string): string => (existsSync(path) ? path : nearest(dirname(path)))

interface ToMake {
  readonly path: string
  readonly mode: number
  readonly owner: Owner | undefined
  /** Of a file; undefined: it is a folder. */
  readonly text?: string
}

/** A folder that is there is left as it is. @throws {Refused} */
function makeAll(wanted: readonly ToMake[]): void {
  const undo: (() => void)[] = []
  for (const { path, mode, owner, text } of wanted) {
    if (text === undefined && existsSync(path)) continue
    try {
      if (text === undefined) {
        mkdirSync(dirname(path), { recursive: true })
        mkdirSync(path, { mode })
        undo.unshift(() => rmdirSync(path))
      } else {
        writeFileSync(path, text, { mode, flag: 'wx', flush: true })
        undo.unshift(() => rmSync(path))
      }
      chmodSync(path, mode)
      if (owner) chownSync(path, owner.uid, owner.gid)
    } catch (error) {
      for (const each of undo) each()
      throw new Refused(`Nothing was prepared: ${path} cannot be made: ${fileFault(error)}.`)
    }
  }
}
