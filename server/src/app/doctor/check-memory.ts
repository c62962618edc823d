import type { ExaminedPoint } from '../../cli/tools.ts'
import type { Machine } from './machine.ts'
import { inOrder, toConsider } from './point.ts'

/**
 * Whether what is in memory may get onto a disk: docs/security.md, “In memory”.
 *
 * @param pid of the server, where it is known.
 */
export function checkMemory(
  { readSystem }: Pick<Machine, 'readSystem'>,
  pid: number | undefined,
): readonly ExaminedPoint[] {
  const swaps = readSystem('/proc/swaps')
  const limits = pid === undefined ? undefined : readSystem(`/proc/${pid}/limits`)
  return [
    ...(swaps === undefined ? [] : [swapPoint(swaps)]),
    ...(limits === undefined ? [] : [corePoint(limits)]),
  ]
}

function swapPoint(swaps: string): ExaminedPoint {
  const places = swaps
    .split('\n')
    .slice(1)
    .flatMap((line) => line.split(/\s/, 1).filter((place) => place !== ''))
  if (places.length === 0) return inOrder('swap', 'none')
  return toConsider(
    'swap',
    `${places.join(', ')}: card data in memory may get there. Switch it off, or let the service go without: MemorySwapMax=0`,
  )
}

function corePoint(limits: string): ExaminedPoint {
  const [, soft = ''] = /^Max core file size +(\S+)/m.exec(limits) ?? []
  if (soft === '0') return inOrder('core dumps', 'none of the server')
  return toConsider(
    'core dumps',
    'A crash of the server may write its memory, with card data, to the disk: start it with LimitCORE=0 or ulimit -c 0',
  )
}
