/** Values that were taken in equal steps of time. */
export interface Line {
  readonly name: string
  readonly values: readonly number[]
}

export interface Panel {
  readonly title: string
  readonly unit: string
  readonly lines: readonly Line[]
}

const [width, panelHeight, left, right, top, gap] = [860, 170, 70, 150, 56, 52]
const colours = ['#1f6feb', '#d1622b', '#2e8b57', '#8250df']

/** Draws panels under one another over the same time, as an SVG that needs nothing else. */
export function plot(
  title: string,
  { panels, minutes }: { readonly panels: readonly Panel[]; readonly minutes: number },
): string {
  const height = top + panels.length * (panelHeight + gap)
  const drawn = panels.map((panel, at) => drawPanel(panel, top + at * (panelHeight + gap) + 20, minutes))
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12">
<title>${escaped(title)}</title>
<rect width="100%" height="100%" fill="#fff"/>
<text x="${left}" y="28" font-size="16" font-weight="600">${escaped(title)}</text>
${drawn.join('\n')}
</svg>
`
}

function drawPanel({ title, unit, lines }: Panel, y: number, minutes: number): string {
  const most = niceAbove(Math.max(1, ...lines.flatMap(({ values }) => values)))
  const inner = width - left - right
  const marks = [0, 0.5, 1].map((share) => {
    const at = y + panelHeight * (1 - share)
    return `<path d="M${left} ${at}h${inner}" stroke="#ddd"/><text x="${left - 8}" y="${at + 4}" text-anchor="end" fill="#555">${most * share}</text>`
  })
  const times = [0, 0.5, 1].map(
    (share) =>
      `<text x="${left + inner * share}" y="${y + panelHeight + 16}" text-anchor="middle" fill="#555">${Math.round(minutes * share * 10) / 10} min</text>`,
  )
  const paths = lines.map(({ name, values }, at) => {
    const points = values.map((value, step) => {
      const x = left + (inner * step) / Math.max(1, values.length - 1)
      return `${x.toFixed(1)},${(y + panelHeight * (1 - value / most)).toFixed(1)}`
    })
    const colour = colours[at % colours.length]
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="1.5"/><text x="${left + inner + 10}" y="${y + 12 + 18 * at}" fill="${colour}">${escaped(name)}</text>`
  })
  return [
    `<text x="${left}" y="${y - 8}" font-weight="600">${escaped(title)} (${escaped(unit)})</text>`,
    ...marks,
    ...times,
    ...paths,
  ].join('\n')
}

/** 1, 2 or 5 of a power of ten, so that the marks are read at a glance. */
function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return power * ([1, 2, 5, 10].find((each) => each * power >= value) ?? 10)
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
