import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Random } from '../base/random.ts'

/**
 * The sandbox's sealing key: 32 bytes in a file beside the databases, made at the first start, for its owner
 * alone. Production takes its key from the environment, so that a copy of the data folder opens nothing.
 *
 * @throws {Error} when the file holds something else.
 */
export function sandboxSealingKey(dataFolder: string, random: Random): Buffer {
  const file = join(dataFolder, 'sealing.key')
  if (!existsSync(file)) makeKey(file, random)
  const key = Buffer.from(readFileSync(file, 'utf8'), 'base64')
  if (key.length !== 32) throw new Error(`${file} does not contain a sealing key of 32 bytes in base64.`)
  return key
}

/** Whole or not at all: a disk that is full must not leave half a key, which every later start would fail with. */
function makeKey(file: string, random: Random): void {
  const written = `${file}.${process.pid}`
  try {
    writeFileSync(written, `${random(32).toString('base64')}\n`, { mode: 0o600, flush: true })
    linkSync(written, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(written, { force: true })
  }
}
