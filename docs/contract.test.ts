import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(`${root}${path}`, 'utf8')

/** The pages of docs/contract/ by name, each with the numbers of its sections. */
const pages: ReadonlyMap<string, readonly number[]> = new Map(
  globSync('docs/contract/*.md', { cwd: root }).map((path) => [
    basename(path, '.md'),
    [...read(path).matchAll(/^## (\d+)\. /gm)].map(([, section]) => Number(section)),
  ]),
)

const sources: ReadonlyMap<string, string> = new Map(
  globSync('{server,protocol,web,client,bench}/**/*.{ts,tsx,mjs,cjs}', {
    cwd: root,
    exclude: ['**/node_modules/**', '**/dist/**'],
  }).map((path) => [path, read(path)]),
)

interface Citation {
  readonly page: string
  readonly sections: readonly number[]
}

/** Citations of the contract: `contract/provider`, `… §3`, `… §2, §3`, `… §1 and §2`, `… §3 to §5`, over line breaks too. */
function citationsIn(source: string): readonly Citation[] {
  const cited = /\bcontract\/([\w-]+)((?:(?:,| and| or| to)? §\d+)*)/g
  return [...asOneLine(source).matchAll(cited)].map(([, page = '', sections = '']) => ({
    page,
    sections: [...sections.matchAll(/§(\d+)(?: to §(\d+))?/g)].flatMap(([, first, last]) =>
      range(Number(first), Number(last ?? first)),
    ),
  }))
}

const asOneLine = (source: string) => source.replace(/\s*\n\s*(?:\*(?!\/)|\/\/)?\s*/g, ' ')

const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, at) => first + at)

/** What is wrong with a source's citations, in a sentence each. */
function faultsIn(path: string, source: string): readonly string[] {
  const comments = source.match(/\/\*\*(?!\/)[\s\S]*?\*\//g) ?? []
  const citing = comments.filter((comment) => comment.includes('contract/')).join('\n')
  const unnamed = [
    ...(asOneLine(source).match(/\bcontract[’']?s? \(?§\d+/g) ?? []),
    ...(citing.match(/\(§\d+/g) ?? []),
  ]
  return [
    ...unnamed.map((words) => `${path} says “${words}” without the page: write contract/provider §1`),
    ...citationsIn(source).flatMap(({ page, sections }) => {
      const known = pages.get(page)
      if (known === undefined) return [`${path} cites docs/contract/${page}.md, which is not there`]
      return sections
        .filter((section) => !known.includes(section))
        .map((section) => `${path} cites contract/${page} §${section}, which is not there`)
    }),
  ]
}

test('every section of the contract that the code cites is there', () => {
  const faults = [...sources].flatMap(([path, source]) => faultsIn(path, source))
  assert.deepEqual(faults, [])
})

test('the code cites each page that is served', () => {
  const cited = new Set([...sources.values()].flatMap(citationsIn).map(({ page }) => page))
  const served = [...pages.keys()].filter(
    (page) => !read(`docs/contract/${page}.md`).includes('**Decided, but not served yet**'),
  )
  assert.deepEqual([...cited].sort(), served.sort())
})

test('the sections of each page are numbered without a gap', () => {
  for (const [page, sections] of pages) {
    assert.ok(sections.length > 0, `${page} has sections`)
    assert.deepEqual(sections, range(1, sections.length), page)
  }
})

for (const { form, source, citations } of [
  { form: 'a page', source: '(contract/provider)', citations: [{ page: 'provider', sections: [] }] },
  {
    form: 'a section',
    source: '(contract/payment-api §2).',
    citations: [{ page: 'payment-api', sections: [2] }],
  },
  {
    form: 'a list',
    source: 'contract/payment-api §2, §3); durable',
    citations: [{ page: 'payment-api', sections: [2, 3] }],
  },
  {
    form: 'a pair',
    source: 'contract/provider §1 and §2: a server',
    citations: [{ page: 'provider', sections: [1, 2] }],
  },
  {
    form: 'a range',
    source: 'contract/authentication §3 to §5).',
    citations: [{ page: 'authentication', sections: [3, 4, 5] }],
  },
  {
    form: 'a citation over a line break',
    source: ' * (contract/payment-api\n   * §6, RFC 9457 §3.1)',
    citations: [{ page: 'payment-api', sections: [6] }],
  },
  {
    form: 'two pages',
    source: '(contract/authentication §6, contract/payment-api §6)',
    citations: [
      { page: 'authentication', sections: [6] },
      { page: 'payment-api', sections: [6] },
    ],
  },
]) {
  test(`${form} is read`, () => assert.deepEqual(citationsIn(source), citations))
}

for (const { fault, source, told } of [
  {
    fault: 'a section that is not there',
    source: '/** (contract/provider §1 to §99). */',
    told: /cites contract\/provider §99, which is not there/,
  },
  {
    fault: 'a page that is not there',
    source: '// contract/telephone §1',
    told: /cites docs\/contract\/telephone\.md, which is not there/,
  },
  { fault: 'a section of no page', source: '/** The provider contract (§4). */', told: /without the page/ },
  {
    fault: 'a section that leans on an earlier citation',
    source: '/** Launches (contract/provider §2) and says how its page is opened (§3). */',
    told: /“\(§3” without the page/,
  },
]) {
  test(`${fault} is told`, () => {
    assert.match(faultsIn('late.ts', source).join('\n'), told)
  })
}
