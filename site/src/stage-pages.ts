import { cpSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { icon } from '../../server/src/http/favicon.ts'
import { sidebarOf } from './groups.ts'
import { readPages, root, titleOf } from './read-pages.ts'
import { referenceList, referencePages } from './reference/reference-pages.ts'
import { rewriteLinks, servedAs } from './rewrite-links.ts'

/** Where the site is served. */
export const base = '/docs/'

/**
 * Lays the texts of the repository out as VitePress reads them: each page under its name, links led to where the pages are,
 * what else they lead to beside them, and the navigation.
 */
export function stagePages(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  const pages = readPages()
  const titles = new Map(pages.map((page) => [page.name, titleOf(page)]))
  const files = new Set<string>()
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const reference = referencePages()
  for (const { file, name, text } of pages) {
    const led = rewriteLinks(
      text.replace('<!-- list of the reference -->', () => referenceList(reference)),
      { file, base, isFolder, titles },
    )
    for (const each of led.files) files.add(each)
    put(`${name}.md`, led.text)
  }
  for (const { name, text } of reference) put(`${name}.md`, text)
  for (const file of files) {
    const target = join(folder, 'public', servedAs(file))
    mkdirSync(dirname(target), { recursive: true })
    cpSync(join(root, file), target)
  }
  put('public/favicon.svg', icon)
  put('sidebar.json', JSON.stringify(sidebarOf(titles, reference)))
}

const isFolder = (path: string): boolean =>
  statSync(join(root, path), { throwIfNoEntry: false })?.isDirectory() ?? false
