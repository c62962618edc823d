import { type Measured, ratio, ratios } from './measure.ts'

/** A figure that Tonegate is held to. */
export interface Target {
  readonly what: string
  /** `at least 0.85`. */
  readonly target: string
  readonly measured: string
  readonly verdict: 'met' | 'missed'
}

/** What one scenario found: a table, and the targets that it answers. */
export interface Section {
  readonly title: string
  readonly about: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly targets: readonly Target[]
}

/** The targets of all sections, then each section's table, as Markdown that is readable in a terminal too. */
export function markdown(sections: readonly Section[]): string {
  const targets = sections.flatMap((section) => section.targets)
  const overview = table(
    ['Target', 'asked', 'measured', ''],
    targets.map(({ what, target, measured, verdict }) => [what, target, measured, verdict]),
  )
  const parts = sections.map(
    ({ title, about, head, rows }) => `### ${title}\n\n${about}\n\n${table(head, rows)}`,
  )
  return [...(targets.length > 0 ? [`### Targets\n\n${overview}`] : []), ...parts].join('\n\n')
}

/** A Markdown table whose columns stand under one another: the first to the left, the others to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) =>
    Math.max(3, ...[head, ...rows].map((row) => row[column]?.length ?? 0)),
  )
  const line = (row: readonly string[]) =>
    `| ${widths.map((width, column) => aligned(row[column] ?? '', width, column)).join(' | ')} |`
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`))
  return [line(head), line(rule), ...rows.map(line)].join('\n')
}

const aligned = (text: string, width: number, column: number) =>
  column === 0 ? text.padEnd(width) : text.padStart(width)

const end = '<!-- … to here. -->'

/**
 * Puts the results between the two marker comments of a page.
 *
 * @param writer who writes there, as the first of them says.
 * @throws {Error} when the page has not both, once, in their order.
 */
export function withResults(page: string, results: string, writer = 'The benchmark'): string {
  const beginning = `<!-- ${writer} writes from here … -->`
  const [before, rest, ...more] = page.split(beginning)
  const [, after, ...evenMore] = rest?.split(end) ?? []
  if (after === undefined || more.length > 0 || evenMore.length > 0) {
    throw new Error('The page has no place for the results: two marker comments, each once.')
  }
  return `${before}${beginning}\n\n${results}\n\n${end}${after}`
}

/** The columns of {@link throughputRow}. */
export const throughputHead = (floor: string): readonly string[] => [
  'Server',
  'answers/s',
  'each round',
  'p50 ms',
  'p99 ms',
  'generator busy',
  `of ${floor}`,
]

/** A server's line in a table of throughputs; the last column sets it in relation to another. */
export function throughputRow(measured: Measured, floor: Measured): readonly string[] {
  return [
    measured.name,
    count(measured.perSecond),
    measured.rounds.map(count).join(' '),
    decimal(measured.p50),
    decimal(measured.p99),
    percent(measured.generatorBusy),
    decimal(ratio(measured, floor)),
  ]
}

/** How far the rounds are apart in which one server is set against another. */
export function spread(measured: Measured, other: Measured): string {
  const each = ratios(measured, other).toSorted((a, b) => a - b)
  return `${decimal(each[0] ?? Number.NaN)} to ${decimal(each.at(-1) ?? Number.NaN)}`
}

/** What the bare server of a table is called. */
export const floorName = 'bare Fastify (floor)'

/** The lines of a table whose servers are set in relation to its floor. */
export function throughputRows(measured: readonly Measured[]): readonly (readonly string[])[] {
  const floor = measured.find(({ name }) => name === floorName)
  if (!floor) throw new Error('The floor was not measured.')
  return measured.map((each) => throughputRow(each, floor))
}

/** One server's throughput set against another's. */
export function ratioTarget(
  what: string,
  [measured, other]: readonly [Measured, Measured],
  atLeast: number,
): Target {
  const times = ratio(measured, other)
  return {
    what,
    target: `at least ${atLeast}`,
    measured: decimal(times),
    verdict: times >= atLeast ? 'met' : 'missed',
  }
}

/** A figure that may not be larger than its target. */
export function maxTarget(what: string, measured: number, most: number, unit = ''): Target {
  return {
    what,
    target: `at most ${count(most)}${unit}`,
    measured: `${decimal(measured)}${unit}`,
    verdict: measured <= most ? 'met' : 'missed',
  }
}

export const count = (value: number): string => Math.round(value).toLocaleString('en').replaceAll(',', ' ')
export const decimal = (value: number): string => value.toFixed(2)
export const percent = (value: number): string => `${Math.round(value * 100)} %`
