import { Refused } from '../refused.ts'

/** Longer than any line that is read here. */
const maxCharacters = 1024 * 1024

/**
 * The lines of a text in UTF-8, however long it is.
 *
 * @param name of the file, for the operator.
 * @throws {Refused} when one is so long that this is another kind of file.
 */
export async function* linesOf(source: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const bytes of source) {
    const text = decoder.decode(bytes, { stream: true })
    if (text.includes('\n')) {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      yield* lines
    } else rest += text
    if (rest.length > maxCharacters)
      throw new Refused(
        `${name} has a line of more than ${maxCharacters} characters: it is another kind of file.`,
      )
  }
  if (rest !== '') yield rest
}
