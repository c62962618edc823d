import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { authorizationErrors, oauthErrors, problems } from '../server/src/base/problem.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(`${root}${path}`, 'utf8')

test('docs/errors.md explains every error of the registry, with its status, and no other', () => {
  const [api = '', authorization = '', oauth = ''] = read('docs/errors.md').split(
    /^## (?:Authorization|Token) endpoint$/m,
  )
  const documented = [...api.matchAll(/^### ([\w-]+) \((\d+)\)$/gm)].map(([, code, status]) => [
    code,
    Number(status),
  ])
  assert.deepEqual(
    documented,
    Object.entries(problems).map(([code, { status }]) => [code, status]),
  )
  const codesIn = (text: string) => [...text.matchAll(/^### (.+)$/gm)].map(([, code]) => code)
  assert.deepEqual(codesIn(authorization), [...authorizationErrors])
  assert.deepEqual(codesIn(oauth), Object.keys(oauthErrors))
})

test('docs/dependencies.md answers for every dependency, and for no other', () => {
  const manifests = ['', 'server/', 'web/', 'client/', 'site/', 'bench/'].map((folder) =>
    JSON.parse(read(`${folder}package.json`)),
  )
  const used = manifests
    .flatMap(({ dependencies, devDependencies, optionalDependencies }) =>
      Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies }),
    )
    .filter((name) => !name.startsWith('@tonegate/'))
  const rows = read('docs/dependencies.md')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
  const answered = rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name),
  )
  assert.deepEqual([...new Set(answered)].sort(), [...new Set(used)].sort())
})

test('docs/operations.md lists every variable of the configuration, and no other', () => {
  const named = (text: string) =>
    [...new Set(text.match(/\b(PORT|HOST|TONEGATE_[A-Z_]+|OTEL_[A-Z_]+)\b/g))].sort()
  const rows = read('docs/operations.md')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
  assert.deepEqual(
    named(rows.map((row) => row.split('|')[1]).join()),
    named(globSync('server/src/config/!(*.test).ts', { cwd: root }).map(read).join()),
  )
})

test('every file that a document links to is there', () => {
  for (const document of globSync(['*.md', '.github/*.md', 'docs/**/*.md'], { cwd: root })) {
    for (const [, target = ''] of read(document).matchAll(/(?:\]\(|<img src=")(?!https?:|#)([^)#"]+)/g)) {
      assert.ok(existsSync(join(root, dirname(document), target)), `${document} links to ${target}`)
    }
  }
})
