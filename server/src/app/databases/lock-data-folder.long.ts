import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startTestTonegate } from '../../../test/harness/test-tonegate.ts'
import { createMovableClock } from '../../base/clock.ts'
import { startError } from '../start-error.ts'
import { version } from '../version.ts'
import { FolderNotLocked, lockDataFolder } from './lock-data-folder.ts'

const clock = createMovableClock()

function newFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-lock-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** What a process says that tries to lock a folder: `locked`, which it then keeps, or why not. */
async function lockElsewhere(t: TestContext, folder: string, uid?: number) {
  const program = `
    const { lockDataFolder } = await import(process.argv[1])
    if (process.argv[3]) process.setuid(Number(process.argv[3]))
    try {
      globalThis.lock = lockDataFolder(process.argv[2], { clock: { now: () => 0 } })
      process.stdout.write('locked')
      setInterval(() => {}, 1000)
    } catch (error) { process.stdout.write(error.message) }`
  const source = new URL('lock-data-folder.ts', import.meta.url).href
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', program, source, folder, String(uid ?? '')],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  t.after(() => child.kill('SIGKILL'))
  const [said] = await once(child.stdout, 'data')
  return { child, said: String(said) }
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'exit')
}

test('a data folder has one server, and the refusal names it', (t) => {
  const folder = newFolder(t)
  const lock = lockDataFolder(folder, { clock })
  const since = new Date(clock.now()).toISOString()
  const refused = (where: string) => (error: unknown) => {
    assert.ok(error instanceof FolderNotLocked)
    assert.equal(
      startError(error),
      `Another Tonegate server is running on the data folder ${folder}: process ${process.pid} on ${hostname()}, ` +
        `started at ${since}${where}. Only one server can use a data folder: stop the other one first, or set ` +
        'TONEGATE_DATA to a separate folder. Several servers can share a PostgreSQL database: TONEGATE_STORE=postgres://…',
    )
    return true
  }
  assert.throws(() => lockDataFolder(folder, { clock }), refused(''))
  lock.listens('127.0.0.1:8080')
  assert.throws(() => lockDataFolder(folder, { clock }), refused(', listening on 127.0.0.1:8080'))
  lock.release()
  lockDataFolder(folder, { clock }).release()
})

test('a folder is the same by another path', (t) => {
  const folder = newFolder(t)
  const link = `${folder}-link`
  symlinkSync(folder, link)
  t.after(() => rmSync(link))
  const lock = lockDataFolder(folder, { clock })
  t.after(lock.release)
  for (const path of [link, `${folder}/`, `${folder}/../${folder.split('/').at(-1)}/.`]) {
    assert.throws(() => lockDataFolder(path, { clock }), FolderNotLocked, path)
  }
})

test('a process that is killed leaves a folder that can be locked, whatever its files say', async (t) => {
  const folder = newFolder(t)
  const { child, said } = await lockElsewhere(t, folder)
  assert.equal(said, 'locked')
  assert.throws(() => lockDataFolder(folder, { clock }), new RegExp(`process ${child.pid} on `))
  await kill(child)
  const holder = JSON.parse(readFileSync(join(folder, 'server.json'), 'utf8'))
  assert.deepEqual([holder.pid, holder.version], [child.pid, version])
  lockDataFolder(folder, { clock }).release()
  writeFileSync(
    join(folder, 'server.json'),
    JSON.stringify({ pid: process.pid, host: hostname(), since: '' }),
  )
  lockDataFolder(folder, { clock }).release()
})

test('what the lock is told by a file that cannot be read is left out', (t) => {
  const folder = newFolder(t)
  const lock = lockDataFolder(folder, { clock })
  t.after(lock.release)
  writeFileSync(join(folder, 'server.json'), 'half a fi')
  assert.throws(
    () => lockDataFolder(folder, { clock }),
    /is running on the data folder \S+\. Only one server/,
  )
})

test('of several that start at once one has the folder', async (t) => {
  const folder = newFolder(t)
  const tries = await Promise.all(Array.from({ length: 4 }, () => lockElsewhere(t, folder)))
  const locked = tries.filter(({ said }) => said === 'locked')
  assert.equal(locked.length, 1)
  const winner = locked[0]?.child.pid
  for (const { said } of tries) {
    assert.ok(said === 'locked' || said.includes(`process ${winner} on `), said)
  }
})

test('a folder that cannot be written is named in words', (t) => {
  const file = join(newFolder(t), 'a-file')
  writeFileSync(file, '')
  for (const folder of [file, join(file, 'below')]) {
    assert.throws(
      () => lockDataFolder(folder, { clock }),
      (error) =>
        error instanceof FolderNotLocked &&
        error.message.startsWith(`The data folder ${folder} cannot be used: `),
    )
  }
})

test('a folder of somebody else is said to be so, in words', {
  skip: process.getuid?.() !== 0,
}, async (t) => {
  const folder = newFolder(t)
  const { said } = await lockElsewhere(t, folder, 65_534)
  assert.equal(
    said,
    `The data folder ${folder} cannot be used: this user has no access to it. ` +
      'Set TONEGATE_DATA to a folder that the server can write to.',
  )
})

test('a second server opens nothing and writes nothing on the folder of another, until that is closed', async (t) => {
  const folder = newFolder(t)
  const environment = { TONEGATE_DATA: folder }
  const first = await startTestTonegate(t, { environment })
  const file = join(folder, 'sandbox.json')
  const before = statSync(file).mtimeMs
  for (const changes of [
    { PORT: String(first.tonegate.port) },
    { TONEGATE_REGIONS: 'emea', TONEGATE_DEFAULT_REGION: 'emea' },
  ]) {
    await assert.rejects(
      startTestTonegate(t, { environment: { ...environment, ...changes } }),
      (error) =>
        error instanceof FolderNotLocked &&
        error.message.includes(`, listening on 127.0.0.1:${first.tonegate.port}. `),
    )
  }
  assert.equal(statSync(file).mtimeMs, before)
  assert.throws(() => statSync(join(folder, 'emea.db')))
  await first.close()
  const second = await startTestTonegate(t, { environment })
  assert.equal((await second.send('/readyz')).status, 200)
})

test('a start that fails leaves the folder to the next', async (t) => {
  const folder = newFolder(t)
  writeFileSync(join(folder, 'sealing.key'), 'no key')
  await assert.rejects(
    startTestTonegate(t, { environment: { TONEGATE_DATA: folder } }),
    /does not contain a sealing key/,
  )
  rmSync(join(folder, 'sealing.key'))
  await startTestTonegate(t, { environment: { TONEGATE_DATA: folder } })
})

test('the program says on its way out with 75 who has the folder', async (t) => {
  const folder = newFolder(t)
  const lock = lockDataFolder(folder, { clock })
  t.after(lock.release)
  const server = spawn(process.execPath, [fileURLToPath(new URL('../../main.ts', import.meta.url))], {
    env: { ...process.env, PORT: '0', TONEGATE_DATA: folder },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let complaint = ''
  server.stderr.on('data', (part) => {
    complaint += part
  })
  const [code] = await once(server, 'close')
  assert.equal(code, 75)
  assert.ok(complaint.includes(`process ${process.pid} on `), complaint)
  assert.ok(!complaint.includes(' at '.repeat(2)) && !complaint.includes('node:'), complaint)
})
