import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { checkSettingNames } from './check-setting-names.ts'

const root = fileURLToPath(new URL('../../../..', import.meta.url))

/** For pictures of the pages, which only tests make. */
const ofTests = 'TONEGATE_SHOTS'

test('a name that is in the documents is known, and only a name of ours is looked at', () => {
  const pages = globSync(['README.md', 'docs/*.md', 'deploy/**/*'], { cwd: root, withFileTypes: true })
    .filter((found) => found.isFile())
    .map((found) => readFileSync(`${found.parentPath}/${found.name}`, 'utf8'))
  const names = new Set(pages.flatMap((page) => page.match(/\bTONEGATE_[A-Z_]*[A-Z]\b/g) ?? []))
  assert.ok(names.size > 50)
  names.delete(ofTests)
  const environment = Object.fromEntries([...names, 'PORT', 'PATH', 'TONE'].map((name) => [name, 'x']))
  assert.deepEqual(checkSettingNames(environment), [])
})

test('a misspelt name is told', () => {
  assert.deepEqual(checkSettingNames({ TONEGATE_STROE: 'postgres://db', TONEGATE_STORE: 'postgres://db' }), [
    {
      what: 'setting TONEGATE_STROE',
      state: 'to consider',
      detail: 'It is set, but no setting has this name',
    },
  ])
})
