import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * For the tests: a new folder, in memory where the machine has such a place. What is written there reaches no disk,
 * and most tests write often and are about something else; who kills processes takes a folder on a disk.
 */
export function makeTestFolder(name: string): string {
  return mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), `${name}-`))
}
