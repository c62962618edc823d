import { spawn } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

/**
 * Runs all tests by `node --test`; what stands behind `npm test --` goes to it too (`--test-name-pattern=…`).
 *
 * To start a process and to load Fastify, Kysely and ourselves costs a second, most files need a second altogether,
 * and there are hundreds: so the small ones of a folder share a process, one after the other. A file with a browser or
 * a hook of its own at the top has a process of its own (a hook would be everybody's), as has one that starts processes.
 */
const root = resolve(import.meta.dirname, '../..')
const patterns = ['server/src', 'server/test', 'web/src', 'client/src', 'bench/src', 'docs'].map(
  (folder) => `${folder}/**/*.test.ts`,
)
const maxFilesOfProcess = 12

const files = globSync(patterns, { cwd: root }).sort()
const alone = files.filter(needsProcess)
const groups = [
  ...Map.groupBy(
    files.filter((file) => !alone.includes(file)),
    dirname,
  ).entries(),
].flatMap(([folder, ofFolder]) => chunks(ofFolder).map((chunk) => ({ folder, files: chunk })))

const made = mkdtempSync(join(tmpdir(), 'tonegate-tests-'))
process.exitCode = await runTests([...alone, ...groups.map(groupFile)])
rmSync(made, { recursive: true })

function needsProcess(file: string): boolean {
  const text = readFileSync(join(root, file), 'utf8')
  return (
    /^(before|after)(Each)?\(/m.test(text) ||
    /\b(spawn|fork|execFile\w*)\(|process\.memoryUsage|\bgc\(/.test(text)
  )
}

/** As even as can be. */
function chunks(ofFolder: readonly string[]): readonly (readonly string[])[] {
  const count = Math.ceil(ofFolder.length / maxFilesOfProcess)
  return Array.from({ length: count }, (_, chunk) => ofFolder.filter((_, index) => index % count === chunk))
}

/** A file that loads those of a group. */
function groupFile({ folder, files: ofGroup }: (typeof groups)[number], index: number): string {
  const file = join(made, `${folder.replaceAll('/', '-')}-${index}.test.mjs`)
  writeFileSync(file, ofGroup.map((each) => `import '${pathToFileURL(join(root, each))}'\n`).join(''))
  return file
}

function runTests(ofRun: readonly string[]): Promise<number> {
  const settings = ['--test', '--test-concurrency=3', '--test-timeout=120000', ...process.argv.slice(2)]
  const compileCache = join(root, 'node_modules/.cache/tonegate-compiled')
  const run = spawn(process.execPath, [...settings, ...ofRun], {
    cwd: root,
    stdio: 'inherit',
    env: { NODE_COMPILE_CACHE: compileCache, ...process.env },
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => run.kill(signal))
  return new Promise((ended) => run.on('exit', (code) => ended(code ?? 1)))
}
