import { execFileSync, spawn } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { missingPrograms, programs } from '../../../deploy/telephony/lab/missing-programs.ts'

/**
 * Runs the tests that make real calls on this machine (`*.telephony.ts`), one file after the other: their audio is in real
 * time. Debian's packages are installed for them where that may be done; where it may not, it is said what is missing, and
 * the tests that need it are skipped.
 *
 * What stands behind `npm run test:telephony --` are files, or options of `node --test`.
 */
const root = resolve(import.meta.dirname, '../../..')
const typed = process.argv.slice(2)
const files = typed.filter((each) => existsSync(join(root, each)))
const options = typed.filter((each) => !files.includes(each))

installWhatIsMissing()
const run = spawn(
  process.execPath,
  [
    ...['--test', '--test-concurrency=1', '--test-timeout=600000', ...options],
    ...(files.length > 0 ? files : globSync('server/{src,test}/**/*.telephony.ts', { cwd: root }).sort()),
  ],
  { cwd: root, stdio: 'inherit' },
)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => run.kill(signal))
run.on('exit', (code) => {
  for (const name of missingPrograms()) console.log(`Not run here: what needs ${name}.`)
  process.exitCode = code ?? 1
})

function installWhatIsMissing(): void {
  const missing = missingPrograms()
  if (missing.length === 0) return
  const packages = missing.flatMap((name) => programs[name].split(' '))
  const command = `apt-get install --no-install-recommends ${packages.join(' ')}`
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    console.log(
      `These programs are missing: ${missing.join(', ')}. They are installed where this runs as root on Debian: ${command}`,
    )
    return
  }
  try {
    install(packages)
  } catch (error) {
    console.log(`These programs could not be installed: ${missing.join(', ')}. ${String(error)}`)
  }
}

/** No service is started by it: the lab starts its own, on ports of their own. */
function install(packages: readonly string[]): void {
  const settings = {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
    stdio: ['ignore', 'ignore', 'inherit'] as ['ignore', 'ignore', 'inherit'],
    timeout: 600_000,
  }
  execFileSync('apt-get', ['update', '-qq'], settings)
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], settings)
}
