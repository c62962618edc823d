import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(`${root}${path}`, 'utf8')

/** The values of a key of YAML, wherever they stand. */
const valuesOf = (yaml: string, key: string): readonly string[] =>
  [...yaml.matchAll(new RegExp(`^ *(?:- )?${key}: *(.*)$`, 'gm'))].map(([, value = '']) => value)

test('the workflow does what .ci/run does, and nothing beside it', () => {
  const workflow = read('.github/workflows/ci.yml')
  assert.deepEqual(valuesOf(workflow, 'run'), ['.ci/run'])
  assert.deepEqual(
    valuesOf(workflow, 'uses').map((action) => action.split('@')[0]),
    ['actions/checkout', 'actions/setup-node'],
  )
  assert.notEqual(statSync(`${root}.ci/run`).mode & 0o111, 0, '.ci/run can be run')
})

test('the workflow pins actions by their major version, and may do nothing but read', () => {
  const workflow = read('.github/workflows/ci.yml')
  for (const action of valuesOf(workflow, 'uses')) assert.match(action, /^[\w-]+\/[\w-]+@v\d+$/)
  assert.match(workflow, /^permissions:\n {2}contents: read\n(?! )/m)
  assert.equal(valuesOf(workflow, 'permissions').length, 1)
  assert.doesNotMatch(workflow, /secrets\.|pull_request_target|write/)
})

test('each script that .ci/run runs is there, and CONTRIBUTING.md tells of it', () => {
  const { scripts } = JSON.parse(read('package.json'))
  const steps = [...read('.ci/run').matchAll(/^npm (?:run )?(\S+)$/gm)].map(([, name = '']) => name)
  assert.ok(steps.length > 3)
  for (const name of steps.filter((step) => step !== 'ci')) assert.ok(name in scripts, name)
  const page = read('CONTRIBUTING.md')
  for (const [step] of read('.ci/run').matchAll(/^npm .*$/gm)) assert.ok(page.includes(`\`${step}\``), step)
})

test('.editorconfig is what biome.json formats by', () => {
  const { formatter } = JSON.parse(read('biome.json'))
  const editorconfig = read('.editorconfig')
  const settingOf = (name: string) => new RegExp(`^${name} = (.*)$`, 'm').exec(editorconfig)?.[1]
  assert.equal(settingOf('indent_style'), formatter.indentStyle)
  assert.equal(settingOf('indent_size'), String(formatter.indentWidth))
  assert.equal(settingOf('max_line_length'), String(formatter.lineWidth))
})

test('the notes of a release are its section of the changelog', () => {
  const [, notes = ''] = /^(notes\(\) .*)$/m.exec(read('CONTRIBUTING.md')) ?? []
  const changelog = read('CHANGELOG.md')
  const [heading = '', name = ''] = /^## \[(.+?)\].*$/m.exec(changelog) ?? []
  const [, section = ''] = changelog.split(`${heading}\n`)
  const shown = execFileSync('bash', ['-c', `${notes}\nnotes '${name}'`], { cwd: root, encoding: 'utf8' })
  assert.equal(shown, section.split(/^## /m)[0])
  assert.match(shown, /^### Added$/m)
})
