import { userInfo } from 'node:os'
import type { OperatorSources } from '../cli/operator.ts'
import { runAdmin } from '../cli/run-command.ts'
import { readConfig } from '../config/config.ts'
import type { Terminal } from './admin-context.ts'
import { openAdmin } from './open-admin.ts'
import { startError } from './start-error.ts'

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
 * @returns the exit code: 0 done, 1 refused or something is wrong, 2 not understood.
 */
export async function administer(
  typed: readonly string[],
  environment: NodeJS.ProcessEnv,
  terminal: Terminal,
): Promise<number> {
  try {
    return await runAdmin(typed, {
      program: 'npm run admin --',
      open: (name, command) => openAdmin(readConfig(environment), name, command, terminal),
      answer: (text) => terminal.stdout.write(text),
      complain: (text) => terminal.stderr.write(text),
      operator: operatorSources(environment),
    })
  } catch (error) {
    terminal.stderr.write(`${startError(error)}\n`)
    return 1
  }
}
