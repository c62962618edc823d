type Cell = string | number | boolean | null | readonly string[]
type Row = Readonly<Record<string, Cell>>

/** What a command has to say; {@link printAnswer} says it. */
export type Answer =
  /** A sentence is enough; programs get the data. */
  | { readonly kind: 'done'; readonly text: string; readonly data: object }
  /** One thing with all that is known of it, and what the operator ought to know besides. */
  | { readonly kind: 'shown'; readonly data: Row; readonly note?: string }
  | {
      readonly kind: 'listed'
      readonly rows: readonly Row[]
      readonly none: string
      /** What programs get, where that is more. */
      readonly full?: readonly object[]
    }
  /** One thing, and what happened to it; programs get the happenings as `course`. */
  | { readonly kind: 'told'; readonly data: Row; readonly course: readonly Row[]; readonly note?: string }
  /** What was looked at, and what is to be known besides; where something is wrong, the command has failed. */
  | {
      readonly kind: 'checked'
      readonly data: Row
      readonly points: readonly Row[]
      readonly isInOrder: boolean
    }
  /** A document, the same for people and programs. */
  | { readonly kind: 'document'; readonly data: object }
  /** It has been written while the command ran. */
  | { readonly kind: 'written' }

/** The answer as text: for people a sentence, lines or a table; for programs JSON, and nothing else. */
export function printAnswer(answer: Answer, form: 'text' | 'json'): string {
  if (answer.kind === 'written') return ''
  if (form === 'json' || answer.kind === 'document') {
    return `${JSON.stringify(dataOf(answer), null, 2)}\n`
  }
  switch (answer.kind) {
    case 'done':
      return `${answer.text}\n`
    case 'shown':
      return `${lines(answer.data)}${noteOf(answer)}`
    case 'told':
      return `${lines(answer.data)}\n${table(answer.course)}${noteOf(answer)}`
    case 'checked':
      return `${lines(answer.data)}\n${table(answer.points)}`
    case 'listed':
      return answer.rows.length === 0 ? `${answer.none}\n` : table(answer.rows)
  }
}

function dataOf(answer: Exclude<Answer, { kind: 'written' }>): object {
  if (answer.kind === 'listed') return answer.full ?? answer.rows
  if (answer.kind === 'checked') return { ...answer.data, inOrder: answer.isInOrder, points: answer.points }
  return answer.kind === 'told' ? { ...answer.data, course: answer.course } : answer.data
}

const noteOf = ({ note }: { readonly note?: string }): string => (note === undefined ? '' : `\n${note}\n`)

function lines(data: Row): string {
  const width = Math.max(...Object.keys(data).map((name) => name.length))
  return Object.entries(data)
    .map(([name, cell]) => `${name.padEnd(width)}  ${text(cell)}`.trimEnd())
    .map((line) => `${line}\n`)
    .join('')
}

function table(rows: readonly Row[]): string {
  const columns = Object.keys(rows[0] ?? {})
  const cells = [columns, ...rows.map((row) => columns.map((name) => text(row[name] ?? null)))]
  const widths = columns.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)))
  return cells
    .map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .map((line) => `${line.trimEnd()}\n`)
    .join('')
}

function text(cell: Cell): string {
  if (cell === null) return '-'
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no'
  if (typeof cell === 'object') return cell.length === 0 ? '-' : withoutControls(cell.join(' '))
  return withoutControls(String(cell))
}

/** What others have named does nothing to the operator’s terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const withoutControls = (shown: string): string => shown.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '�')
