import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')

const architecture = 'docs/architecture.md'
const guides = globSync('docs/{adding-*,writing-a-gateway}.md', { cwd: root }).sort()
const pages = ['CONTRIBUTING.md', architecture, ...guides]

const fileName = /\.(?:ts|tsx|mjs|cjs|json|md|css|html|yml)$/
const topFolder = /^(?:\.ci|\.github|bench|client|docs|protocol|server|web)\//

/** The words in backticks that look like a file of the tree or a folder of it; `<vendor>` and `*` stand for any name. */
const pathsIn = (page: string): readonly string[] =>
  [...withoutBlocks(page).matchAll(/(?<!`)`([\w.<>*/-]+)`(?!`)/g)]
    .map(([, word = '']) => word)
    .filter((word) => !word.startsWith('/'))
    .filter((word) => fileName.test(word) || word.endsWith('/') || topFolder.test(word))

const withoutBlocks = (page: string) => page.replace(/^```[\s\S]*?^```$/gm, '')

/** Where the paths of a page begin that do not begin at the root, as the page says it. */
const baseOf = (page: string): string => /relative to\s+`([\w/-]+\/)`/.exec(page)?.[1] ?? ''

function isThere(path: string, base: string): boolean {
  const pattern = path.replace(/<\w+>/g, '*')
  const places = [pattern, join(base, pattern), ...(path.includes('/') ? [] : [`{server,web}/**/${pattern}`])]
  if (!pattern.includes('*')) return places.slice(0, 2).some((place) => existsSync(join(root, place)))
  return places.some((place) => globSync(place, { cwd: root }).length > 0)
}

const missingIn = (page: string): readonly string[] =>
  pathsIn(page).filter((path) => !isThere(path, baseOf(page)))

for (const path of pages) {
  test(`every file that ${path} names is there`, () => {
    const page = read(path)
    assert.ok(pathsIn(page).length > 0, 'it names some')
    assert.deepEqual(missingIn(page), [])
  })
}

test('a file that is not there is told, wherever its path begins', () => {
  const page =
    'Paths are relative to `server/src/`. `main.ts`, `server/src/late.ts`, `late/`, `.ci/late`, `vault/*/late.ts`.'
  assert.deepEqual(missingIn(page), ['server/src/late.ts', 'late/', '.ci/late', 'vault/*/late.ts'])
  assert.deepEqual(missingIn('`main.ts` begins nowhere.'), ['main.ts'])
})

test('CONTRIBUTING.md leads to every guide', () => {
  const page = read('CONTRIBUTING.md')
  for (const guide of guides) assert.ok(page.includes(`](${guide})`), guide)
})

test('each walk of the architecture names each of its files once, and says how many there are', () => {
  const [, walks = ''] = /^## Five walks through the code\n([\s\S]*?)^## /m.exec(read(architecture)) ?? []
  const [before = '', ...each] = walks.split(/^### /m)
  assert.equal(each.length, 5)
  const named = new Set(pathsIn(before))
  for (const walk of each) {
    const [title = ''] = walk.split('\n', 1)
    const files = pathsIn(walk).filter((path) => fileName.test(path))
    for (const file of files) {
      assert.ok(!named.has(file), `${title}: ${file} has been named before`)
      named.add(file)
    }
    assert.match(walk, new RegExp(`\\benters\\s+${files.length} files\\b`), title)
  }
})
