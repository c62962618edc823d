import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vitepress'
import { outFolder, pagesFolder, workFolder } from './src/folders.ts'
import { stagePages } from './src/stage-pages.ts'

/**
 * Builds the documentation into `dist`. It is built beside it and moved there at the end: a server that reads it, and another
 * build at the same time, see a whole one.
 */
try {
  stagePages(pagesFolder)
  await build(import.meta.dirname)
  const place = join(import.meta.dirname, 'dist')
  const old = `${workFolder}.old`
  if (existsSync(place)) renameSync(place, old)
  renameSync(outFolder, place)
  rmSync(old, { recursive: true, force: true })
} finally {
  rmSync(workFolder, { recursive: true, force: true })
}
