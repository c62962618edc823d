import { statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Variables } from './variables.ts'

/** Reads where the sandbox writes how it is reached. The file holds a client's secret, and production has none to give. */
export function readReadyFile(
  { text, faults }: Pick<Variables, 'text' | 'faults'>,
  mode: 'sandbox' | 'production',
): string | null {
  const given = text('TONEGATE_READY_FILE', '')
  if (given === '') return null
  const file = resolve(given)
  if (mode === 'production') {
    faults.push('TONEGATE_READY_FILE is for the sandbox. In production ask /readyz.')
  } else if (!isFolder(dirname(file))) {
    faults.push(
      `TONEGATE_READY_FILE is ${file}, whose folder does not exist. Create it: mkdir -p ${dirname(file)}`,
    )
  } else if (isFolder(file)) {
    faults.push(`TONEGATE_READY_FILE is ${file}, which is a folder. Name a file in it.`)
  }
  return file
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}
