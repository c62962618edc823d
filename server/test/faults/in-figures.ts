import type { Found } from './ground/faults-found.ts'

const words = {
  kills: 'kills',
  opened: 'sessions opened',
  charged: 'charged',
  cancelled: 'cancelled',
} as const

/** `100 kills, 2 311 sessions opened, 804 charged`. */
export const inFigures = (
  figures: Partial<Pick<Found, 'opened' | 'charged' | 'cancelled'>> & { readonly kills?: number },
): string =>
  Object.entries(words)
    .flatMap(([name, word]) => {
      const figure = figures[name as keyof typeof words]
      return figure === undefined ? [] : [`${grouped(figure)} ${word}`]
    })
    .join(', ')

export const grouped = (figure: number): string =>
  Math.round(figure).toLocaleString('en').replaceAll(',', ' ')
