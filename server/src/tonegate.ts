import { version } from './app/version.ts'

/**
 * `tonegate`, the command line of the package: the server, the sandbox, and the commands of administration. What is not
 * asked for is not loaded.
 */
const starts = {
  sandbox: () => startServer('sandbox'),
  serve: () => startServer(process.env.TONEGATE_MODE || 'production'),
  demo: () => import('./sandbox/demo.ts'),
  mcp: () => import('./mcp.ts'),
}

const [word = '', ...rest] = spelledOut(process.argv.slice(2))
const isProduction = process.env.TONEGATE_MODE === 'production'

// A sandbox needs no folder to be named for it; in production there is none that would be right for all.
if (!isProduction && word !== 'serve') process.env.TONEGATE_DATA ||= './tonegate-data'

if (word === '--version') process.stdout.write(`${version}\n`)
else if (hasNoOptions(word) && rest.some((each) => !asksForHelp(each))) refuseWords()
else if (Object.hasOwn(starts, word) && !rest.some(asksForHelp)) await starts[word as keyof typeof starts]()
else if (word === '') await import('./main.ts')
else await administerRegion()

/** It reads the options behind its name by itself. */
function startServer(mode: string): Promise<unknown> {
  process.env.TONEGATE_MODE = mode
  process.argv.splice(2, 1)
  return import('./main.ts')
}

async function administerRegion(): Promise<void> {
  const { administer } = await import('./app/administration/administer.ts')
  const { createBreakOff } = await import('./app/backup/break-off.ts')
  const { giveWay } = await import('./app/backup/give-way.ts')
  const ofProcess = { giveWay, breakOff: createBreakOff(process) }
  process.exitCode = await administer([word, ...rest], process.env, process, ofProcess)
}

/** Whoever writes something behind it wants something that it would not do. */
function hasNoOptions(name: string): boolean {
  return name === 'sandbox' || name === 'demo'
}

function refuseWords(): void {
  process.stderr.write(`'${word}' has no options and no arguments.\nSee: tonegate ${word} --help\n`)
  process.exitCode = 2
}

/** As other command lines let one ask for help and version, too. */
function spelledOut([word = '', ...rest]: readonly string[]): readonly string[] {
  if (word === 'help' || (asksForHelp(word) && rest.length > 0)) return [...rest, '--help']
  return word === '-v' || word === 'version' ? ['--version'] : [word, ...rest]
}

function asksForHelp(option: string): boolean {
  return option === '--help' || option === '-h'
}
