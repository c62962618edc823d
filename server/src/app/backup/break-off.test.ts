import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { runAdmin } from '../../../test/harness/test-admin.ts'
import { query, startPostgres, type TestPostgres } from '../../../test/harness/test-postgres.ts'
import { Refused } from '../../cli/refused.ts'
import { createBreakOff } from './break-off.ts'
import { engines, newRegion } from './test-restorable.ts'

let postgres: TestPostgres
before(async () => {
  postgres = await startPostgres()
})
after(() => postgres.stop())

function startProcess() {
  const killed: unknown[] = []
  const kill = (...words: unknown[]) => killed.push(words) > 0
  const process = Object.assign(new EventEmitter(), { pid: 7, kill })
  const breakOff = createBreakOff(process as unknown as NodeJS.Process)
  return { process, killed, breakOff }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  test(`${signal} is heard once from the beginning of what would leave a half, and passed on at its end`, () => {
    const { process, killed, breakOff } = startProcess()
    assert.equal(process.listenerCount(signal), 0)
    const stop = breakOff.begin()
    assert.equal(stop.aborted, false)
    process.emit(signal, signal)
    assert.ok(stop.reason instanceof Refused)
    assert.equal(
      stop.reason.message,
      `Broken off by ${signal}: nothing was changed, and nothing was left behind.`,
    )
    for (const each of ['SIGINT', 'SIGTERM', 'SIGHUP']) assert.equal(process.listenerCount(each), 0)
    breakOff.end(true)
    assert.deepEqual(killed, [])
    breakOff.end(false)
    assert.deepEqual(killed, [[7, signal]])
  })
}

test('behind its end the signals do what they ever do', () => {
  const { process, killed, breakOff } = startProcess()
  breakOff.begin()
  breakOff.end(false)
  assert.deepEqual([process.listenerCount('SIGINT'), killed], [0, []])
})

for (const engine of engines) {
  test(`on ${engine}: a backup, a restore and a move that are broken off leave all as it was`, async (t) => {
    const { environment, told, start, backup, folder, data } = await newRegion(t, engine, postgres)
    await (await start()).close()
    await told('backup', 'create', backup)
    const url = environment.TONEGATE_STORE
    const there = async () => ({
      files: [folder, data]
        .flatMap((each) => (existsSync(each) ? readdirSync(each) : []))
        .filter((name) => name !== 'server.lock'),
      schemas: url && (await query(url, 'SELECT nspname FROM pg_namespace ORDER BY nspname')).rows,
    })
    const before = await there()
    for (const typed of [
      ['backup', 'create', `${folder}/other.gz`],
      ['backup', 'restore', backup, '--replace'],
      ...(url ? [['store', 'move', '--to', 'folder']] : []),
    ]) {
      const { process, killed, breakOff } = startProcess()
      const begin = () => {
        queueMicrotask(() => process.emit('SIGINT', 'SIGINT'))
        return breakOff.begin()
      }
      const ofProcess = { giveWay() {}, breakOff: { ...breakOff, begin } }
      const { code, complaint } = await runAdmin(environment, typed, '', ofProcess)
      assert.match(complaint, /^Broken off by SIGINT: nothing was changed, and nothing was left behind\.\n$/)
      assert.deepEqual([code, killed], [1, [[7, 'SIGINT']]], typed.join(' '))
      assert.deepEqual(await there(), before, typed.join(' '))
    }
  })
}
