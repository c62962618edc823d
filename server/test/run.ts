import { spawn } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { bundlePackages } from './bundle-packages.ts'

/**
 * Runs all tests by `node --test`; what stands behind `npm test --` goes to it too: files, or `--test-name-pattern=…`.
 *
 * To start a process and to load Fastify, Kysely and ourselves costs a second, most files need a second altogether,
 * and there are hundreds: so the small ones of a folder share a process, one after the other, and those with a browser
 * share one in each of three processes. A file that starts processes, or has a hook of its own at the top (it would be
 * everybody's), has a process of its own.
 */
const root = resolve(import.meta.dirname, '../..')
const patterns = ['server/src', 'server/test', 'web/src', 'client/src', 'bench/src', 'docs'].map(
  (folder) => `${folder}/**/*.test.ts`,
)
const maxFilesOfProcess = 12
const browsers = 3
/** Those with a browser wait for it half of the time: others run beside them. */
const processesAtOnce = browsers + 2

const typed = process.argv.slice(2)
const typedFiles = typed.filter((each) => existsSync(join(root, each)))
const options = typed.filter((each) => !typedFiles.includes(each))

const made = mkdtempSync(join(tmpdir(), 'tonegate-tests-'))
process.exitCode = await runTests(typedFiles.length > 0 ? typedFiles : everything(), await bundlePackages())
rmSync(made, { recursive: true })

/** Those that take longest come first. */
function everything(): readonly string[] {
  const files = globSync(patterns, { cwd: root }).sort()
  const { browser = [], alone = [], small = [] } = Object.groupBy(files, kindOf)
  return [
    ...chunks(browser, browsers).map((chunk, index) => groupFile(`browser-${index}`, chunk)),
    ...alone,
    ...[...Map.groupBy(small, dirname)].flatMap(([folder, ofFolder]) =>
      chunks(ofFolder, Math.ceil(ofFolder.length / maxFilesOfProcess)).map((chunk, index) =>
        groupFile(`${folder.replaceAll('/', '-')}-${index}`, chunk),
      ),
    ),
  ]
}

function kindOf(file: string): 'browser' | 'alone' | 'small' {
  const text = readFileSync(join(root, file), 'utf8')
  if (/\bsharedBrowser\b|test-view-browser/.test(text)) return 'browser'
  const hasHooks = /^(before|after)(Each)?\(/m.test(text)
  const needsProcess = /\b(spawn|fork|execFile\w*)\(|process\.memoryUsage|\bgc\(/.test(text)
  return hasHooks || needsProcess ? 'alone' : 'small'
}

/** As even as can be. */
function chunks(files: readonly string[], count: number): readonly (readonly string[])[] {
  return Array.from({ length: count }, (_, chunk) => files.filter((_, index) => index % count === chunk))
}

/** A file that loads those of a group. */
function groupFile(name: string, files: readonly string[]): string {
  const file = join(made, `${name}.test.mjs`)
  writeFileSync(file, files.map((each) => `import '${pathToFileURL(join(root, each))}'\n`).join(''))
  return file
}

function runTests(files: readonly string[], bundles: string): Promise<number> {
  const settings = ['--test', `--test-concurrency=${processesAtOnce}`, '--test-timeout=240000', ...options]
  const compileCache = join(root, 'node_modules/.cache/tonegate-compiled')
  const run = spawn(process.execPath, [...settings, ...files], {
    cwd: root,
    stdio: 'inherit',
    env: {
      NODE_COMPILE_CACHE: compileCache,
      ...process.env,
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import=${pathToFileURL(bundles)}`,
    },
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => run.kill(signal))
  return new Promise((ended) => run.on('exit', (code) => ended(code ?? 1)))
}
