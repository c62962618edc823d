import { execFileSync } from 'node:child_process'
import { cpSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../../..')

/**
 * Copies what a clone would hold, with what has not been committed yet.
 *
 * @param holds whether a file belongs to it, by its path from the root; every file unless said.
 */
export function cloneTo(folder: string, holds: (file: string) => boolean = () => true): void {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
  })
  for (const file of listed.toString().split('\0').filter(Boolean).filter(holds)) {
    cpSync(join(root, file), join(folder, file), { recursive: dirname(file) !== '.' })
  }
}

/** What a command in a clone finds: nothing of this one, and packages that npm has had before. */
export function cloneEnvironment(): NodeJS.ProcessEnv {
  const { NODE_TEST_CONTEXT: _, NODE_OPTIONS: __, NODE_COMPILE_CACHE: ___, ...inherited } = process.env
  const folders = (inherited.PATH ?? '').split(':').filter((folder) => !folder.startsWith(root))
  return { ...inherited, PATH: folders.join(':'), npm_config_prefer_offline: 'true' }
}
