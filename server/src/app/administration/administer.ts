import { userInfo } from 'node:os'
import { systemClock } from '../../base/clock.ts'
import { commands, isPackage } from '../../base/files/own-files.ts'
import { systemRandom } from '../../base/random.ts'
import { createBars, noBar } from '../../base/text/progress-bar.ts'
import type { OperatorSources } from '../../cli/operator.ts'
import { runAdmin } from '../../cli/run-command.ts'
import { starts } from '../../cli/starts.ts'
import { type BreakOff, notBrokenOff } from '../backup/break-off.ts'
import type { DatabaseParts } from '../backup/database-parts.ts'
import { writeOut } from '../write-out.ts'
import type { Terminal } from './admin-context.ts'
import { askingSandbox } from './asking-sandbox.ts'
import { createTools } from './tools.ts'

/** `sudo` says who has used it; a user without an entry in the list of users has no name. */
function operatorSources(environment: NodeJS.ProcessEnv): OperatorSources {
  const named = environment.TONEGATE_OPERATOR?.trim() || undefined
  const before = environment.SUDO_USER?.trim() || undefined
  if (before !== undefined) return { login: before, named }
  try {
    return { login: userInfo().username, named }
  } catch {
    return { login: undefined, named }
  }
}

/** What a command does to the process that it runs in. */
interface OfProcess extends Pick<DatabaseParts, 'giveWay'> {
  readonly breakOff: BreakOff
}

const ofNoProcess: OfProcess = { giveWay() {}, breakOff: notBrokenOff }

/**
 * Administers the regions of this machine's data folder, whether or not a server runs on it.
 *
 * What a region needs is loaded when one is opened, so that help comes at once.
 *
 * @param typed the words of the command.
 * @param ofProcess lets other processes go first where what is done takes long, and breaks that off by a signal.
 * @returns the exit code: 0 done, 1 refused or something is wrong, 2 not understood.
 */
export async function administer(
  typed: readonly string[],
  environment: NodeJS.ProcessEnv,
  terminal: Terminal,
  { giveWay, breakOff }: OfProcess = ofNoProcess,
): Promise<number> {
  const beginBar = typed.includes('--json') ? noBar : createBars(terminal.stderr, systemClock)
  // Where a complaint cannot be written, the exit code still says what came of it.
  terminal.stderr.on('error', () => {})
  let code = 1
  try {
    code = await runAdmin(typed, {
      program: commands.admin,
      starts: isPackage ? starts : [],
      async open(name, command) {
        const { openAdmin } = await import('./open-admin.ts')
        return openAdmin(await readSettings(environment), name, command, {
          ...{ stdin: terminal.stdin, stdout: terminal.stdout, stderr: terminal.stderr },
          ...{ environment, beginBar },
        })
      },
      async openDatabases(name) {
        const { openDatabases } = await import('../backup/open-databases.ts')
        const surroundings = { clock: systemClock, random: systemRandom, beginBar, giveWay, breakOff }
        return openDatabases(await readSettings(environment), name, surroundings)
      },
      asking: (form) => askingSandbox(form, terminal, environment),
      tools: createTools(environment, terminal),
      answer: (text) => writeOut(terminal.stdout, text),
      complain: (text) => terminal.stderr.write(text),
      operator: operatorSources(environment),
    })
  } catch (error) {
    const { startError } = await import('../start-error.ts')
    terminal.stderr.write(`${startError(error)}\n`)
  }
  breakOff.end(code === 0)
  return code
}

async function readSettings(environment: NodeJS.ProcessEnv) {
  const { readConfig } = await import('../../config/config.ts')
  return readConfig(environment)
}
