import { userInfo } from 'node:os'
import { systemClock } from '../base/clock.ts'
import { commands, isPackage } from '../base/files/own-files.ts'
import { systemRandom } from '../base/random.ts'
import type { OperatorSources } from '../cli/operator.ts'
import { runAdmin } from '../cli/run-command.ts'
import { starts } from '../cli/starts.ts'
import { readConfig } from '../config/config.ts'
import type { Terminal } from './admin-context.ts'
import { askingSandbox } from './asking-sandbox.ts'
import { openDatabases } from './backup/open-databases.ts'
import { openAdmin } from './open-admin.ts'
import { startError } from './start-error.ts'
import { writeOut } from './write-out.ts'

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

/**
 * Administers the regions of this machine's data folder, whether or not a server runs on it.
 *
 * @param typed the words of the command.
 * @param giveWay lets other processes go first, where what is done takes long.
 * @returns the exit code: 0 done, 1 refused or something is wrong, 2 not understood.
 */
export async function administer(
  typed: readonly string[],
  environment: NodeJS.ProcessEnv,
  terminal: Terminal,
  giveWay: () => void = () => {},
): Promise<number> {
  try {
    return await runAdmin(typed, {
      program: commands.admin,
      starts: isPackage ? starts : [],
      open: (name, command) => openAdmin(readConfig(environment), name, command, terminal),
      openDatabases: (name) =>
        openDatabases(readConfig(environment), name, {
          clock: systemClock,
          random: systemRandom,
          progress: terminal.stderr,
          giveWay,
        }),
      asking: (form) => askingSandbox(form, terminal, environment),
      answer: (text) => writeOut(terminal.stdout, text),
      complain: (text) => terminal.stderr.write(text),
      operator: operatorSources(environment),
    })
  } catch (error) {
    terminal.stderr.write(`${startError(error)}\n`)
    return 1
  }
}
