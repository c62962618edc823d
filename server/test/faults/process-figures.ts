import { readdirSync, readFileSync } from 'node:fs'
import type { TestNode } from '../harness/test-nodes.ts'

/** What a server's process has in memory; 0 where there is none. */
export function residentMebibytes({ pid }: TestNode): number {
  if (pid === undefined) return 0
  const [, kibibytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kibibytes) / 1024
}

/** How many files and connections it has open. */
export const openDescriptors = ({ pid }: TestNode): number =>
  pid === undefined ? 0 : readdirSync(`/proc/${pid}/fd`).length
