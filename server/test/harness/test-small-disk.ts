import { execFileSync } from 'node:child_process'
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Ends } from './test-children.ts'

/**
 * For the tests: a small file system of its own, which can be filled to the last byte and emptied again. `undefined`
 * where this machine does not let a test mount one; the test is then skipped.
 */
export function mountSmallDisk(
  t: Ends & { skip(why: string): void },
  { mebibytes }: { readonly mebibytes: number },
) {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tonegate-test', folder], {
      stdio: 'ignore',
    })
  } catch {
    rmSync(folder, { recursive: true })
    t.skip('this machine lets no test mount a file system')
    return undefined
  }
  t.after(() => {
    execFileSync('umount', ['-l', folder])
    rmSync(folder, { recursive: true })
  })
  const dataFolder = join(folder, 'data')
  mkdirSync(dataFolder)
  const filling = join(folder, 'filling')
  return {
    /** For the server; it goes with the disk. */
    dataFolder,
    /** Takes all the room that is left. */
    fill(): void {
      const file = openSync(filling, 'a')
      for (const bytes of [65_536, 4_096, 1]) {
        while (takes(file, Buffer.alloc(bytes))) {}
      }
      closeSync(file)
    },
    makeRoom: () => rmSync(filling, { force: true }),
    /** Gives back some of what was taken. */
    makeSomeRoom: (bytes: number) => truncateSync(filling, statSync(filling).size - bytes),
  }
}

function takes(file: number, bytes: Buffer): boolean {
  try {
    return writeSync(file, bytes) > 0
  } catch {
    return false
  }
}
