import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A clone in which a command is given that needs a version of Node.js. */
function giveCommand(
  t: TestContext,
  { needed, packages }: { needed: string; packages: 'there' | 'missing' },
) {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-needs-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'server'))
  copyFileSync(join(root, 'server/needs.cjs'), join(folder, 'server/needs.cjs'))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ engines: { node: `>=${needed}` } }))
  writeFileSync(join(folder, 'server/main.ts'), "const text: string = 'started'\nconsole.log(text)\n")
  if (packages === 'there') {
    mkdirSync(join(folder, 'node_modules/fastify'), { recursive: true })
    writeFileSync(join(folder, 'node_modules/fastify/index.js'), '')
  }
  const command = ['--require', './server/needs.cjs', 'server/main.ts']
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: folder, encoding: 'utf8' })
  return { status, stdout, stderr }
}

test('a command in a clone without its packages says how they are installed, and nothing else', (t) => {
  const { status, stderr } = giveCommand(t, { needed: '20.0', packages: 'missing' })
  assert.equal(status, 1)
  assert.equal(stderr, 'The packages of Tonegate are not installed. Install them first, with: npm ci\n')
})

for (const needed of ['99.0', `${process.versions.node.split('.')[0]}.99`]) {
  test(`a command with a Node.js older than ${needed} says which one it needs, and which it has`, (t) => {
    const { status, stdout, stderr } = giveCommand(t, { needed, packages: 'there' })
    assert.deepEqual([status, stdout], [1, ''])
    assert.ok(
      stderr.startsWith(
        `Tonegate needs Node.js ${needed} or newer, and this is Node.js ${process.versions.node} `,
      ),
    )
    assert.match(stderr, /npm ci/)
  })
}

test('with its packages and a Node.js that is new enough a command does what it is for', (t) => {
  const [major, minor] = process.versions.node.split('.')
  for (const needed of ['9.99', '24.7', `${major}.${minor}`]) {
    assert.deepEqual(giveCommand(t, { needed, packages: 'there' }), {
      status: 0,
      stderr: '',
      stdout: 'started\n',
    })
  }
})

test('every command that runs a source, or builds, looks at what it needs first', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  const running = Object.entries(scripts).filter(([, script]) => /^node .*server\/src\//.test(script))
  assert.ok(running.length > 5)
  for (const [name, script] of running) {
    const isTest = name === 'test'
    assert.ok(isTest || script.startsWith('node --require ./server/needs.cjs '), name)
  }
  assert.match(scripts.build ?? '', /^node server\/needs\.cjs && /)
  assert.equal(scripts.prestart, 'node --require ./server/needs.cjs server/build-pages.cjs')
  for (const name of ['pretest', 'predev', 'prebench']) {
    assert.equal(scripts[name], 'npm run build --silent', name)
  }
})

test('what is begun without npm looks at it as well, before what an older Node.js has not', () => {
  for (const [entry, needs] of [
    ['main.ts', '../needs.cjs'],
    ['admin.ts', '../needs.cjs'],
    ['sandbox/demo.ts', '../../needs.cjs'],
  ] as const) {
    const source = readFileSync(join(root, 'server/src', entry), 'utf8')
    assert.ok(source.startsWith(`import '${needs}'\n`), entry)
  }
})
