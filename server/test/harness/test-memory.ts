import { closeSync, openSync, readFileSync, readSync } from 'node:fs'

/** Whether this machine shows a process the memory of its children. */
export const memoryCanBeRead = process.platform === 'linux'

const pieceBytes = 4 * 1024 * 1024
/** Nothing longer is looked for. */
const overlapBytes = 1024

/** What is looked for in a memory: texts, and, where it is said, all that has so many digits one after the other. */
export interface Wanted {
  readonly texts: readonly string[]
  readonly digits?: boolean
}

/**
 * Searches the whole of a child's memory that it can write to: V8's heap, every buffer, what `malloc` has been given
 * back, and the stacks. A text is found in one byte a character and in two.
 *
 * @returns the texts that are there, and every run of eight digits or more.
 */
export function searchMemory(pid: number, { texts, digits = false }: Wanted): ReadonlySet<string> {
  const found = new Set<string>()
  const needles = texts.flatMap((text) =>
    (['latin1', 'utf16le'] as const).map((encoding) => ({ text, bytes: Buffer.from(text, encoding) })),
  )
  visitMemory(pid, (content) => {
    for (const { text, bytes } of needles) if (content.includes(bytes)) found.add(text)
    if (digits) for (const run of digitRuns(content)) found.add(run)
  })
  return found
}

function visitMemory(pid: number, visit: (content: Buffer) => void): void {
  const buffer = Buffer.alloc(pieceBytes + overlapBytes)
  const memory = openSync(`/proc/${pid}/mem`, 'r')
  try {
    for (const { start, end } of writableMappings(pid)) {
      for (let at = start; at < end; at += pieceBytes) {
        visit(read(memory, buffer, { at, length: Math.min(buffer.length, end - at) }))
      }
    }
  } finally {
    closeSync(memory)
  }
}

function writableMappings(pid: number): readonly { readonly start: number; readonly end: number }[] {
  const lines = readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')
  return lines.flatMap((line) => {
    const [, start, end] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? []
    return start && end ? [{ start: Number.parseInt(start, 16), end: Number.parseInt(end, 16) }] : []
  })
}

/** A mapping may have gone since the list was read: there is then nothing in it. */
function read(
  memory: number,
  buffer: Buffer,
  { at, length }: { readonly at: number; readonly length: number },
): Buffer {
  try {
    return buffer.subarray(0, readSync(memory, buffer, 0, length, at))
  } catch {
    return buffer.subarray(0, 0)
  }
}

const minDigits = 8

/** A run of eight digits has one at every eighth byte, or at the byte after it where each takes two. */
function digitRuns(content: Buffer): readonly string[] {
  const runs: string[] = []
  for (let at = 0; at < content.length; at += minDigits) {
    if (!isDigit(content[at]) && !isDigit(content[at + 1])) continue
    const from = isDigit(content[at]) ? at : at + 1
    for (const step of [1, 2]) {
      let start = from
      let end = from + step
      while (isDigitIn(content, start - step, step)) start -= step
      while (isDigitIn(content, end, step)) end += step
      if (end - start >= minDigits * step)
        runs.push(content.toString('latin1', start, end).replaceAll('\0', ''))
    }
  }
  return runs
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39

const isDigitIn = (content: Buffer, at: number, step: number): boolean =>
  isDigit(content[at]) && (step === 1 || content[at + 1] === 0)
