import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { fileFault } from '../../base/files/file-fault.ts'
import { readUtf8 } from '../../base/text/read-json.ts'
import { Refused } from '../refused.ts'
import { readAll } from './read-all.ts'

const maxTextBytes = 1024 * 1024

/** A file’s text, or what is piped in for `-`. @throws {Refused} when it cannot be read. */
export async function readText(file: string, stdin: NodeJS.ReadableStream): Promise<string> {
  if (file === '-') {
    const text = await readAll(stdin, maxTextBytes)
    if (text === undefined) throw new Refused('Standard input must be UTF-8 and at most 1 MiB.')
    return text
  }
  const content = await readFile(file).catch((error: unknown) => {
    throw new Refused(`${resolve(file)} cannot be read: ${fileFault(error)}.`)
  })
  const text = readUtf8(content)
  if (text === undefined) throw new Refused(`${file} is not UTF-8.`)
  return text
}
