import { spawn } from 'node:child_process'
import { existsSync, globSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { siteFolder } from '../../base/files/own-files.ts'

/** The documentation as a folder of files: there, being built, or impossible to build here. */
export type SiteState = 'ready' | 'building' | 'failed' | 'absent'

export interface BuiltSite {
  readonly directory: string
  /** Where the site is missing or older than its texts, and its builder is installed, this begins to build it. */
  state(): SiteState
  /** @returns the state once nothing is being built any more. */
  settled(): Promise<SiteState>
}

/** What the site is made of: a change of one of these makes it old. */
const sources = [
  '../docs/**/*.{md,json}',
  '../CHANGELOG.md',
  '*.{md,ts,json}',
  'src/**/*.ts',
  '.vitepress/**/*.{ts,css}',
]

/**
 * The site in this clone, or in the package, where it has been built. In a clone it is built when it is first asked for: a
 * start must not wait for it.
 *
 * @param folder of the site’s sources, with the built files under `dist`.
 */
export function createBuiltSite({
  folder = siteFolder,
  build = buildIn,
}: {
  readonly folder?: string
  readonly build?: (folder: string) => Promise<boolean>
} = {}): BuiltSite {
  const directory = join(folder, 'dist')
  let state: SiteState | undefined
  let building: Promise<void> | undefined
  return {
    directory,
    state: current,
    async settled() {
      current()
      await building
      return current()
    },
  }

  function current(): SiteState {
    // Somebody has built it since, by hand.
    if (state === 'failed' && isBuilt() && !isOld(folder)) state = 'ready'
    state ??= begin()
    return state
  }

  function isBuilt(): boolean {
    return existsSync(join(directory, 'index.html'))
  }

  function begin(): SiteState {
    if (!canBuild(folder)) return isBuilt() ? 'ready' : 'absent'
    if (isBuilt() && !isOld(folder)) return 'ready'
    building = build(folder).then((built) => {
      state = built ? 'ready' : 'failed'
    })
    return 'building'
  }
}

/** A clone has the builder and its packages; a production install and the package have neither. */
const canBuild = (folder: string): boolean =>
  existsSync(join(folder, 'build.ts')) && existsSync(join(folder, '../node_modules/vitepress/package.json'))

function isOld(folder: string): boolean {
  const builtAt = statSync(join(folder, 'dist/index.html')).mtimeMs
  return globSync(sources, { cwd: folder, exclude: ['dist/**', '.build/**'] }).some(
    (file) => statSync(join(folder, file)).mtimeMs > builtAt,
  )
}

/** @returns whether it was built. */
function buildIn(folder: string): Promise<boolean> {
  const builder = spawn(process.execPath, [join(folder, 'build.ts')], { stdio: 'ignore' })
  return new Promise((resolve) => {
    builder.once('error', () => resolve(false))
    builder.once('exit', (code) => resolve(code === 0))
  })
}
