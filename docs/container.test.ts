import assert from 'node:assert/strict'
import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { freePort } from '../server/test/harness/test-free-port.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = readFileSync(`${root}docs/container.md`, 'utf8')
const blocksOf = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    ([, block = '']) => block,
  )
const [dockerfile = ''] = blocksOf('dockerfile')
const [build = '', sandbox = '', configure = '', create = '', ...further] = blocksOf('sh')
const [run = '', command = '', upgrade = ''] = further
const [, runtime = ''] = dockerfile.split(/^FROM node:26-slim$/m)

/** Of an instruction in the form of JSON. */
const listOf = (instruction: string): readonly string[] =>
  JSON.parse(new RegExp(`^${instruction} (\\[.*\\])$`, 'm').exec(runtime)?.[1] ?? '[]')

function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-container-'))
  chmodSync(folder, 0o755)
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** What the image holds, by the COPY lines of its last stage. */
function makeImage(folder: string): string {
  const image = join(folder, 'tonegate')
  for (const [, from = '', to = ''] of runtime.matchAll(/^COPY --from=build \/tonegate\/(\S+) (\S+)$/gm)) {
    assert.ok(existsSync(join(root, from)), from)
    mkdirSync(dirname(join(image, to)), { recursive: true })
    if (from === 'node_modules') symlinkSync(join(root, from), join(image, to))
    else
      cpSync(join(root, from), join(image, to), {
        recursive: true,
        filter: (file) => !file.endsWith('.test.ts'),
      })
  }
  return image
}

/** What is typed, by a `docker` that says what it was told. */
function type(block: string, folder: string): readonly (readonly string[])[] {
  writeFileSync(join(folder, 'docker'), '#!/bin/sh\nprintf "%s\\n" "$@" ""\n', { mode: 0o755 })
  const typed = spawnSync('bash', ['-euo', 'pipefail', '-c', block], {
    ...{ encoding: 'utf8', timeout: 20_000 },
    env: { ...process.env, PATH: [folder, process.env.PATH].join(delimiter) },
  })
  assert.equal(typed.status, 0, typed.stderr)
  return typed.stdout
    .trimEnd()
    .split('\n\n')
    .map((words) => words.split('\n'))
}

const optionOf = (words: readonly string[], option: string): string => words[words.indexOf(option) + 1] ?? ''

test('the commands of docs/container.md are commands, and its options fit together', (t) => {
  const folder = makeFolder(t)
  assert.deepEqual(type(build, folder), [['build', '--tag', 'tonegate', '.']])
  assert.deepEqual(
    type(upgrade, folder).map(([verb]) => verb),
    ['build', 'stop', 'rm'],
  )
  assert.equal(type(sandbox, folder)[0]?.at(-1), 'tonegate')
  const [started = []] = type(run, folder)
  assert.ok(started.includes('--read-only') && started.includes('--init'))
  const volumes = started.filter((_, index) => started[index - 1] === '--volume')
  assert.deepEqual(volumes, [
    '/etc/tonegate/sealing-key:/run/secrets/sealing-key:ro',
    'tonegate-data:/var/lib/tonegate',
  ])
  const [created = []] = type(create, folder)
  assert.deepEqual(
    created.filter((_, index) => created[index - 1] === '--volume'),
    volumes,
  )
  assert.match(configure, /^TONEGATE_SEALING_KEY_FILE=\/run\/secrets\/sealing-key$/m)
  assert.match(runtime, /^ENV .*TONEGATE_DATA=\/var\/lib\/tonegate$/m)
  assert.equal(started.at(-1), 'tonegate')
  const maxGateway = 120
  assert.ok(Number(optionOf(started, '--stop-timeout')) >= maxGateway + 20)
  assert.match(blocksOf('text')[0] ?? '', /^\*\*\/node_modules$/m)
})

test('the program of docs/container.md runs as nobody, on a program that it cannot write, and stops when told', {
  skip: process.getuid?.() === 0 ? false : 'another user cannot be become',
}, async (t) => {
  const folder = makeFolder(t)
  const image = makeImage(folder)
  const inFolder = (block: string) =>
    block
      .replaceAll('/etc/tonegate', join(folder, 'etc'))
      .replaceAll('/run/secrets/sealing-key', join(folder, 'etc/sealing-key'))
  type(inFolder(configure), folder)
  assert.equal(statSync(join(folder, 'etc/sealing-key')).mode & 0o777, 0o600)
  assert.equal(statSync(join(folder, 'etc/sealing-key')).uid, 1000)
  chmodSync(join(folder, 'etc'), 0o755)
  const data = join(folder, 'data')
  mkdirSync(data, { mode: 0o700 })
  chownSync(data, 1000, 1000)

  const port = await freePort()
  const configured = readFileSync(join(folder, 'etc/environment'), 'utf8').trim().split('\n')
  const environment = {
    PATH: dirname(process.execPath),
    ...Object.fromEntries(configured.map((line) => line.split('='))),
    ...{
      HOST: '0.0.0.0',
      PORT: String(port),
      TONEGATE_DATA: data,
      TONEGATE_DRAIN_SECONDS: '0',
      TMPDIR: '/nowhere',
      HOME: '/nowhere',
    },
  }
  const asNode = { cwd: image, env: environment, uid: 1000, gid: 1000 }
  const [program = '', ...typed] = listOf('CMD')
  assert.equal(program, 'node')
  const [creating = []] = type(create, folder)
  assert.deepEqual(creating.slice(-5), ['tonegate', 'node', 'server/src/admin.ts', 'database', 'create'])
  await promisify(execFile)(process.execPath, creating.slice(-3), { ...asNode, timeout: 30_000 })
  const server = spawn(process.execPath, typed, { ...asNode, stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => server.kill('SIGKILL'))
  for await (const line of createInterface(server.stdout)) {
    if (line.includes('Tonegate is ready')) break
  }
  const ready = await fetch(`http://127.0.0.1:${port}/readyz`)
  assert.deepEqual([ready.status, await ready.json()], [200, { status: 'ready' }])
  const [, ...checked] = listOf('HEALTHCHECK CMD')
  const check = checked.map((word) => word.replace(':8080', `:${port}`))
  await promisify(execFile)(process.execPath, check, { ...asNode, timeout: 20_000 })

  const [words = []] = type(command, folder)
  assert.deepEqual(words.slice(0, 4), ['exec', '--interactive', 'tonegate', 'node'])
  await promisify(execFile)(process.execPath, words.slice(4), { ...asNode, timeout: 30_000 })

  server.kill('SIGTERM')
  const [code] = await once(server, 'exit')
  assert.equal(code, 0)
  assert.ok(readdirSync(data).includes('nam.db'))
  await assert.rejects(promisify(execFile)(process.execPath, check, { ...asNode, timeout: 20_000 }))
})
