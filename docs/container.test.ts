import assert from 'node:assert/strict'
import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, matchesGlob } from 'node:path'
import { createInterface } from 'node:readline'
import { after, type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { freePort } from '../server/test/harness/test-free-port.ts'
import { query, startPostgres } from '../server/test/harness/test-postgres.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const page = read('docs/container.md')
const blocks = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block)
const [build = '', sandbox = '', configure = '', create = '', run = '', ...more] = blocks
const [command = '', start = '', commandThere = '', replace = '', upgrade = '', ...others] = more
const [, buildStage = '', imageStage = ''] = read('Dockerfile').split(/^FROM node:26-slim(?: AS build)?$/m)
const compose = read('deploy/compose.yaml')

const made: string[] = []
after(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true })
})

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-container-'))
  made.push(folder)
  chmodSync(folder, 0o755)
  return folder
}

/** Of an instruction in the form of JSON. */
const listOf = (instruction: string): readonly string[] =>
  JSON.parse(new RegExp(`^${instruction} (\\[.*\\])$`, 'm').exec(imageStage)?.[1] ?? '[]')

const ignored = read('.dockerignore').trim().split('\n')

/** A pattern holds for a file, and for all files of a folder. */
function isSent(file: string): boolean {
  const folders = file.split('/').map((_, index, names) => names.slice(0, index + 1).join('/'))
  return !folders.some((each) => ignored.some((pattern) => matchesGlob(each, pattern)))
}

let image: string | undefined

/** What the image holds: what the Dockerfile copies of what is built, which `npm run build` has done here. */
function makeImage(): string {
  if (image !== undefined) return image
  const made = makeFolder()
  assert.deepEqual(buildStage.trim().split('\n').slice(1), [
    'COPY . .',
    'RUN npm ci && npm run docs:build && npm run build',
  ])
  for (const [, from = '', to = ''] of imageStage.matchAll(/^COPY --from=build \/tonegate\/(\S+) (\S+)$/gm)) {
    mkdirSync(dirname(join(made, to)), { recursive: true })
    cpSync(join(root, from), join(made, to), { recursive: true, verbatimSymlinks: true })
  }
  image = made
  return made
}

/** What Node.js runs for a program of the image. */
function programOf(name: string): readonly string[] {
  if (name === 'node') return []
  const [, file = ''] = new RegExp(`ln -s /tonegate/(\\S+) /usr/local/bin/${name} `).exec(imageStage) ?? []
  assert.ok(file, `the image has no ${name}`)
  assert.ok(statSync(join(makeImage(), file)).mode & 0o001, 'everybody may run it')
  return [file]
}

/** What is typed, by a `docker` that says what it was told. */
function type(block: string, folder: string): readonly (readonly string[])[] {
  writeFileSync(join(folder, 'docker'), '#!/bin/sh\nprintf "%s\\n" "$@" ""\n', { mode: 0o755 })
  const typed = spawnSync('bash', ['-euo', 'pipefail', '-c', block], {
    ...{ encoding: 'utf8', timeout: 20_000, cwd: folder },
    env: { ...process.env, PATH: [folder, process.env.PATH].join(delimiter) },
  })
  assert.equal(typed.status, 0, typed.stderr)
  return typed.stdout
    .trimEnd()
    .split('\n\n')
    .map((words) => words.split('\n'))
}

const optionOf = (words: readonly string[], option: string): string => words[words.indexOf(option) + 1] ?? ''

/** Runs programs of the image as its user. */
function inImage(environment: NodeJS.ProcessEnv) {
  const asNode = {
    cwd: makeImage(),
    env: {
      ...{ PATH: dirname(process.execPath), TONEGATE_DRAIN_SECONDS: '0' },
      ...{ ...environment, TMPDIR: '/nowhere', HOME: '/nowhere' },
    },
    ...{ uid: 1000, gid: 1000 },
  }
  const run = ([name = '', ...words]: readonly string[]) =>
    promisify(execFile)(process.execPath, [...programOf(name), ...words], { ...asNode, timeout: 30_000 })
  return {
    run,
    /** Resolves when the server is ready. */
    async start(t: TestContext) {
      const [program = '', ...typed] = listOf('CMD')
      assert.equal(program, 'node')
      const server = spawn(process.execPath, typed, { ...asNode, stdio: ['ignore', 'pipe', 'inherit'] })
      t.after(() => server.kill('SIGKILL'))
      for await (const line of createInterface(server.stdout)) {
        if (line.includes('Tonegate is ready')) break
      }
      assert.equal(server.exitCode, null, 'it was ready')
      server.stdout.resume()
      const check = listOf('HEALTHCHECK CMD').map((word) => word.replace(':8080', `:${environment.PORT}`))
      return {
        run,
        port: environment.PORT,
        checkHealth: () => run(check),
        async stop() {
          server.kill('SIGTERM')
          const [code] = await once(server, 'exit')
          return code
        },
      }
    },
  }
}

const asAnotherUser = { skip: process.getuid?.() === 0 ? false : 'another user cannot be become' }

test('the commands of docs/container.md are commands, and its options fit together', () => {
  assert.deepEqual(others, [])
  const folder = makeFolder()
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
  assert.match(imageStage, /^ENV .*TONEGATE_DATA=\/var\/lib\/tonegate$/m)
  assert.equal(started.at(-1), 'tonegate')
  const maxGateway = 120
  assert.ok(Number(optionOf(started, '--stop-timeout')) >= maxGateway + 20)
})

test('nothing secret and nothing that only development needs is in the image', () => {
  for (const file of [
    '.git/config',
    'data/nam.db',
    'deploy/sealing-key',
    'deploy/.env',
    'a/node_modules/b/c.js',
  ]) {
    assert.ok(!isSent(file), file)
  }
  for (const file of ['package-lock.json', 'server/src/main.ts', 'bench/package.json'])
    assert.ok(isSent(file), file)
  const folder = makeImage()
  assert.deepEqual(readdirSync(folder).sort(), ['dist', 'package.json'])
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile())
  const bytes = files.reduce((sum, each) => sum + statSync(join(each.parentPath, each.name)).size, 0)
  assert.ok(bytes < 30e6, `${bytes} bytes in ${files.length} files`)
  assert.deepEqual(
    files.filter(({ name }) => name.endsWith('.ts')),
    [],
  )
})

test('the program of docs/container.md runs as nobody, on a program that it cannot write, and stops when told', {
  ...asAnotherUser,
  timeout: 180_000,
}, async (t) => {
  const folder = makeFolder()
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

  const configured = readFileSync(join(folder, 'etc/environment'), 'utf8').trim().split('\n')
  const port = await freePort()
  const container = inImage({
    ...Object.fromEntries(configured.map((line) => line.split('='))),
    ...{ HOST: '0.0.0.0', PORT: String(port), TONEGATE_DATA: data },
  })
  const [creating = []] = type(create, folder)
  assert.deepEqual(creating.slice(-4, -2), ['tonegate', 'tonegate'])
  await container.run(creating.slice(-3))
  const server = await container.start(t)
  const ready = await fetch(`http://127.0.0.1:${port}/readyz`)
  assert.deepEqual([ready.status, await ready.json()], [200, { status: 'ready' }])
  await server.checkHealth()
  const [words = []] = type(command, folder)
  assert.deepEqual(words.slice(0, 3), ['exec', '--interactive', 'tonegate'])
  await server.run(words.slice(3))
  assert.equal(await server.stop(), 0)
  assert.ok(readdirSync(data).includes('nam.db'))
  await assert.rejects(server.checkHealth())
})

/** The lines of a place in `compose.yaml`, with what `deploy/.env` and the defaults put into them. */
function composed(path: readonly string[], variables: Readonly<Record<string, string>>): readonly string[] {
  const lines = path.reduce((text, name, depth) => {
    const indent = '  '.repeat(depth)
    const [, section] = new RegExp(`^${indent}${name}:.*\n((?:${indent} .*\n|\n)*)`, 'm').exec(text) ?? []
    assert.ok(section, `compose.yaml has ${path.join('.')}`)
    return section
  }, compose)
  return lines
    .trimEnd()
    .split('\n')
    .map((line) =>
      line
        .trim()
        .replace(
          /\$\{(\w+)(?::([-?])([^}]*))?\}/g,
          (_, name, kind, text) => variables[name] ?? (kind === '-' ? text : ''),
        ),
    )
}

test('the two servers of deploy/compose.yaml work on one database, and replace one another', {
  ...asAnotherUser,
  timeout: 180_000,
}, async (t) => {
  const folder = makeFolder()
  mkdirSync(join(folder, 'deploy'))
  const [creating = [], up = []] = type(start, folder)
  assert.deepEqual(creating.slice(3, 6), ['run', '--rm', 'tonegate-1'])
  assert.deepEqual(up.slice(3), ['up', '--detach', '--wait'])
  const written = readFileSync(join(folder, 'deploy/.env'), 'utf8').trim().split('\n')
  const variables = Object.fromEntries(written.map((line) => line.split('=')))
  const { POSTGRES_PASSWORD: password = '' } = variables
  assert.match(password, /^[0-9a-f]{32}$/)
  assert.equal(statSync(join(folder, 'deploy/sealing-key')).uid, 1000)
  chmodSync(join(folder, 'deploy'), 0o755)

  const postgres = await startPostgres()
  t.after(() => postgres.stop())
  await query(postgres.url, `CREATE ROLE tonegate LOGIN PASSWORD '${password}'`)
  await query(postgres.url, 'CREATE DATABASE tonegate OWNER tonegate')
  const settings = Object.fromEntries(
    composed(['services', 'tonegate-1', 'environment'], variables).map((line) => line.split(/: (.*)/, 2)),
  )
  const data = join(folder, 'data')
  mkdirSync(data)
  chownSync(data, 1000, 1000)
  const containers = await Promise.all(
    ['first', 'second'].map(async () =>
      inImage({
        ...{ ...settings, HOST: '127.0.0.1', PORT: String(await freePort()), TONEGATE_DATA: data },
        TONEGATE_SEALING_KEY_FILE: join(folder, 'deploy/sealing-key'),
        TONEGATE_STORE: settings.TONEGATE_STORE?.replace('@postgres/', `@127.0.0.1:${postgres.port}/`),
      }),
    ),
  )
  await containers[0]?.run(creating.slice(-3))
  const [first, second] = await Promise.all(containers.map((each) => each.start(t)))
  assert.ok(first && second)
  const [, ready = ''] =
    /^test:\s*\[\s*"CMD",\s*"node",\s*"-e",\s*"(.*)",?\s*\]$/m.exec(
      composed(['services', 'tonegate-1', 'healthcheck'], variables).join('\n'),
    ) ?? []
  assert.ok(ready.includes('/readyz'))
  await second.run(['node', '-e', ready.replace(':8080', `:${second.port}`)])
  const [words = []] = type(commandThere, folder)
  assert.deepEqual(words.slice(3, 5), ['exec', 'tonegate-1'])
  await first.run([...words.slice(5, 6), 'account', 'create', 'Harbour'])
  assert.match((await second.run(words.slice(5))).stdout, /Harbour/)
  assert.equal(await first.stop(), 0)
  await second.checkHealth()
  assert.deepEqual(
    type(replace, folder).map((typed) => typed.at(-1)),
    ['build', 'tonegate-1', 'tonegate-2'],
  )
  const caddy = composed(['services', 'caddy', 'environment'], variables)
  assert.ok(caddy.includes('TONEGATE_SERVERS: tonegate-1:8080 tonegate-2:8080'))
})
