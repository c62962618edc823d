import { cpSync, existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import { rolldown } from 'rolldown'

/**
 * Builds what the package `tonegate` holds into `dist/`: the server, the sandbox and the commands, compiled and with the
 * libraries that they use, so that an installation downloads one file and a start reads a few. The browser pages have been built
 * before.
 */
const root = resolve(import.meta.dirname, '..')
const output = join(root, 'dist')
const sources = join(root, 'server/src')
const site = join(root, 'site/dist')

/** Where the process begins, and its threads, and what the demo starts beside it. */
const entries = ['tonegate', 'main', 'store/embedded/sqlite-thread', 'identity/users/argon2-worker']

rmSync(output, { recursive: true, force: true })
const modules = await bundle()
cpSync(join(root, 'server/tonegate.cjs'), join(output, 'tonegate.cjs'))
cpSync(join(root, 'web/dist'), join(output, 'web'), { recursive: true })
copySite()
writeFileSync(join(output, 'THIRD-PARTY-LICENSES.txt'), licencesOf(packagesOf(modules)) + licencesOfSite())

/** Where it has been built: `npm pack` builds it first, and tests go without it. */
function copySite(): void {
  if (existsSync(site)) cpSync(site, join(output, 'site/dist'), { recursive: true })
}

/** @returns the files of which the bundle was made. */
async function bundle(): Promise<readonly string[]> {
  const build = await rolldown({
    input: Object.fromEntries(
      entries.map((path) => [path.split('/').at(-1) ?? path, join(sources, `${path}.ts`)]),
    ),
    platform: 'node',
    // It would have to be compiled; pg goes without it.
    external: ['pg-native'],
    logLevel: 'warn',
    onLog(level, log) {
      throw new Error(`${level}: ${log.message}`)
    },
    plugins: [
      {
        name: 'checked-by-tonegate-cjs',
        load: (id) => (id === join(root, 'server/needs.cjs') ? '' : undefined),
      },
    ],
  })
  const { output: chunks } = await build.write({
    dir: output,
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
  })
  await build.close()
  return chunks.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []))
}

/** Of what a browser gets with the documentation, as Vite has listed it. */
function licencesOfSite(): string {
  const file = join(site, 'assets/libraries.md')
  if (!existsSync(file)) return ''
  const list = readFileSync(file, 'utf8')
  return `\n${'-'.repeat(80)}\n\nThe documentation contains these libraries.\n\n${list.slice(list.indexOf('## '))}`
}

/** The folders of the libraries that files belong to; the pages bring theirs. */
function packagesOf(files: readonly string[]): readonly string[] {
  const folders = files.flatMap((file) => {
    const [, folder] = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file.split(sep).join('/')) ?? []
    return folder === undefined ? [] : [folder]
  })
  return [...new Set([...folders, join(root, 'node_modules/preact')])].sort()
}

function licencesOf(folders: readonly string[]): string {
  const texts = folders.map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const files = globSync('{LICENSE,LICENCE,license,licence}*', { cwd: folder }).sort()
    const text = files.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n')
    return `${name} ${version} (${license})\n\n${text || 'The package has no text of it.'}\n`
  })
  return `Tonegate contains these libraries.\n\n${texts.join(`\n${'-'.repeat(80)}\n\n`)}`
}
