import type { ExaminedPoint } from '../../cli/tools.ts'
import type { Machine } from './machine.ts'
import { inOrder, wrong } from './point.ts'

/** As `engines` of package.json has it. */
const needed = [24, 7] as const

/** Whether this program runs on a Node.js that it knows. */
export function checkNode({ nodeVersion }: Pick<Machine, 'nodeVersion'>): ExaminedPoint {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number)
  const isNewEnough = major > needed[0] || (major === needed[0] && minor >= needed[1])
  return isNewEnough
    ? inOrder('Node.js', nodeVersion)
    : wrong('Node.js', `${nodeVersion}; ${needed.join('.')} or newer is needed`)
}
