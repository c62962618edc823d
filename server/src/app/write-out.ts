import { fileFault } from '../base/files/file-fault.ts'
import { Refused } from '../cli/refused.ts'

/**
 * Writes to standard output, and waits where the reader is slower.
 *
 * @throws {Refused} when it cannot be written, or nobody reads it any more.
 */
export async function writeOut(stdout: NodeJS.WritableStream, text: string): Promise<void> {
  if (!stdout.listeners('error').includes(toldToCallback)) stdout.on('error', toldToCallback)
  const error = await new Promise<Error | null | undefined>((resolve) => stdout.write(text, resolve))
  if (!error) return
  throw new Refused(
    'code' in error && error.code === 'EPIPE'
      ? 'Not all was written: the program that reads it has ended.'
      : `The answer cannot be written to standard output: ${fileFault(error)}.`,
  )
}

/** Without a listener the error would end the process. */
const toldToCallback = (): void => {}
