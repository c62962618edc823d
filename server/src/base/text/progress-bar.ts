import type { Clock } from '../clock.ts'

/** Where an operator sees how far something is, if they look at it. */
export type ProgressStream = NodeJS.WritableStream & { readonly isTTY?: boolean }

/** How far something is that takes long: one line of a terminal, drawn again and again. */
export interface ProgressBar {
  /**
   * So many more are done.
   *
   * @param what is being done, where that changes.
   * @param share how much of all is done, from 0 to 1, where nobody has counted how many that are.
   */
  advance(count: number, what?: string, share?: number): void
  /** Wipes it. */
  end(): void
}

/** Begins a bar. @param all how many there are, as far as that is known. @param unit what they are: `rows`. */
export type BeginBar = (all: number | undefined, unit: string) => ProgressBar

/** For what nobody watches. */
export const noBar: BeginBar = () => ({ advance: () => {}, end: () => {} })

const shownEveryMilliseconds = 500
const width = 20
const wiped = '\r\u001b[K'

/** Bars on a terminal; nothing where what is written goes elsewhere. */
export function createBars(stream: ProgressStream, { elapsed }: Pick<Clock, 'elapsed'>): BeginBar {
  if (stream.isTTY !== true) return noBar
  return (all, unit) => {
    const begunAt = elapsed()
    let shownAt = begunAt
    let done = 0
    return {
      advance(count, what, share) {
        done += count
        const now = elapsed()
        if (now - shownAt < shownEveryMilliseconds) return
        shownAt = now
        const line = lineOf({ done, all, unit, share, milliseconds: now - begunAt })
        stream.write(`${wiped}${[line, what].filter(Boolean).join('  ')}`)
      },
      end: () => void stream.write(wiped),
    }
  }
}

interface Course {
  readonly done: number
  readonly all: number | undefined
  readonly unit: string
  readonly share: number | undefined
  readonly milliseconds: number
}

function lineOf({ done, all, unit, share: told, milliseconds }: Course): string {
  const rate = (done * 1000) / milliseconds
  const pace = `${grouped(rate)}/s`
  const isCounted = all !== undefined && all > 0 && done <= all
  const share = isCounted ? done / all : told
  const count = isCounted ? `${grouped(done)} of ${grouped(all)}` : grouped(done)
  if (share === undefined) return `${count} ${unit}  ${pace}`
  const full = Math.floor(share * width)
  const drawn = `[${'#'.repeat(full)}${'-'.repeat(width - full)}] ${Math.floor(share * 100)} %`
  return `${drawn}  ${count} ${unit}  ${pace}  ${left((milliseconds / 1000) * (1 / share - 1))}`
}

/** Thousands apart, as in 1,234,567. */
const grouped = (count: number): string => Math.round(count).toLocaleString('en')

function left(seconds: number): string {
  if (!Number.isFinite(seconds)) return ''
  const whole = Math.ceil(seconds)
  return whole < 90 ? `${whole} s left` : `${Math.ceil(whole / 60)} min left`
}
