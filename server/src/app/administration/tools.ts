import { readText } from '../../cli/input/read-text.ts'
import type { ToolsOfProcess } from '../../cli/tools.ts'
import { writeOut } from '../write-out.ts'
import type { Terminal } from './admin-context.ts'

/** What commands work with that need no region to be there. What one alone needs is loaded when it is used. */
export function createTools(environment: NodeJS.ProcessEnv, { stdin, stdout }: Terminal): ToolsOfProcess {
  return {
    environment,
    async prepare(wanted) {
      const { prepareInstallation } = await import('../init/prepare-installation.ts')
      const { ownerNamed } = await import('../init/owner-named.ts')
      const { systemRandom } = await import('../../base/random.ts')
      const owner = wanted.user === undefined ? undefined : ownerNamed(wanted.user)
      return prepareInstallation(wanted, { random: systemRandom, owner })
    },
    async examine(region) {
      const { examine } = await import('../doctor/examine.ts')
      const { thisMachine } = await import('../doctor/machine.ts')
      return examine(environment, region, thisMachine)
    },
    readText: (file) => readText(file, stdin),
    print: (text) => writeOut(stdout, text),
  }
}
