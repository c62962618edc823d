import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RegionName } from '../../base/region.ts'
import { RegionMoved } from '../../store/region-absent.ts'

const markIn = (folder: string, name: RegionName): string => join(folder, `${name}.moved.json`)

/** @throws {RegionMoved} when `store move` has moved a region from this data folder. */
export function requireNotMoved(name: RegionName, folder: string): void {
  const mark = markIn(folder, name)
  if (!existsSync(mark)) return
  const { to } = JSON.parse(readFileSync(mark, 'utf8')) as { readonly to: string }
  throw new RegionMoved(name, to)
}

/** @param to where the region is from now on, without a password. */
export function markMoved(name: RegionName, folder: string, to: string): void {
  const mark = markIn(folder, name)
  writeFileSync(`${mark}.new`, `${JSON.stringify({ to })}\n`, { mode: 0o600, flush: true })
  renameSync(`${mark}.new`, mark)
}

/** The region is here again. */
export const unmarkMoved = (name: RegionName, folder: string): void =>
  rmSync(markIn(folder, name), { force: true })
