import { accessSync, constants, statSync } from 'node:fs'
import { fileFault } from '../base/files/file-fault.ts'

/** What a process finds on the disk before it opens anything. */
interface OnDisk {
  readonly mode: 'sandbox' | 'production'
  /** Null: the databases are elsewhere. `undefined`: none was set. */
  readonly dataFolder: string | null | undefined
  /** Empty: the keys are in the environment. */
  readonly sealingKeyFile: string
}

/** What is wrong on the disk with what the configuration names: each in a sentence that names the variable and what to do. */
export function diskFaults({ mode, dataFolder, sealingKeyFile }: OnDisk): readonly string[] {
  const faults = [
    dataFolder ? folderFault(dataFolder, mode) : undefined,
    mode === 'production' && sealingKeyFile !== '' ? keyFileFault(sealingKeyFile) : undefined,
  ]
  return faults.filter((fault) => fault !== undefined)
}

/** The sandbox makes its folder. In production one that is not there is a volume that is not mounted, or not made yet. */
function folderFault(folder: string, mode: OnDisk['mode']): string | undefined {
  try {
    const found = statSync(folder, { throwIfNoEntry: false })
    if (!found && mode === 'sandbox') return undefined
    if (!found) {
      return `TONEGATE_DATA is ${folder}, which does not exist. If it is on a volume, mount it. For a new installation create it: mkdir -m 700 ${folder}`
    }
    if (!found.isDirectory()) return `TONEGATE_DATA is ${folder}, which is a file, not a folder.`
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
    return undefined
  } catch (error) {
    return `TONEGATE_DATA is ${folder}, which cannot be used: ${fileFault(error)}. The user that the server runs as must be able to write there.`
  }
}

const forOthers = 0o007

/** A file that cannot be looked at has been complained of by whoever has read it. */
function keyFileFault(file: string): string | undefined {
  try {
    if ((statSync(file).mode & forOthers) === 0) return undefined
  } catch {
    return undefined
  }
  return `TONEGATE_SEALING_KEY_FILE is ${file}, which every user of this machine can read or change. Keep it for the server alone: chmod o= ${file}`
}
