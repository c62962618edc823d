import { createReadStream, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileFault } from '../../base/files/file-fault.ts'
import type { BeginBar } from '../../base/text/progress-bar.ts'
import { linesOf } from '../../cli/input/read-lines.ts'
import { Refused } from '../../cli/refused.ts'

/**
 * The lines of a file, or of what is piped in for `-`, with a bar that shows how much of it was read.
 *
 * @throws {Refused} when it cannot be read.
 */
export async function* fileLines(
  file: string,
  stdin: AsyncIterable<Uint8Array>,
  beginBar: BeginBar,
): AsyncGenerator<string> {
  const bar = beginBar(undefined, 'lines')
  try {
    if (file === '-') {
      for await (const line of linesOf(stdin, 'Standard input')) {
        bar.advance(1)
        yield line
      }
      return
    }
    const { size } = statSync(file)
    const source = createReadStream(file)
    for await (const line of linesOf(source, resolve(file))) {
      // Of a pipe nobody knows how much there is.
      bar.advance(1, undefined, size > 0 ? Math.min(source.bytesRead / size, 1) : undefined)
      yield line
    }
  } catch (error) {
    if (error instanceof Refused || file === '-') throw error
    throw new Refused(`${resolve(file)} cannot be read: ${fileFault(error)}.`)
  } finally {
    bar.end()
  }
}
