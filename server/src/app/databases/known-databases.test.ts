import assert from 'node:assert/strict'
import { rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { runAdmin } from '../../../test/harness/test-admin.ts'
import { makeTestFolder } from '../../../test/harness/test-folder.ts'
import { startTestTonegate } from '../../../test/harness/test-tonegate.ts'
import { startError } from '../start-error.ts'
import { DatabaseMissing } from './known-databases.ts'

for (const [what, lose] of [
  ['missing', rmSync],
  ['empty', truncateSync],
] as const) {
  test(`no new database takes the place of one that is ${what}`, async (t) => {
    const folder = makeTestFolder('tonegate-lost')
    t.after(() => rmSync(folder, { recursive: true, force: true }))
    const environment = { TONEGATE_DATA: folder }
    await (await startTestTonegate(t, { environment })).tonegate.close()
    lose(join(folder, 'nam.db'))
    for (const suffix of ['-wal', '-shm']) rmSync(join(folder, `nam.db${suffix}`), { force: true })
    await assert.rejects(startTestTonegate(t, { environment }), (error) => {
      assert.ok(error instanceof DatabaseMissing)
      assert.match(startError(error), new RegExp(`nam\\.db is ${what}, .*Restore it from a backup`))
      return true
    })
    const { code, complaint } = await runAdmin({ ...environment, TONEGATE_REGIONS: 'nam' }, [
      'account',
      'create',
      'Books',
    ])
    assert.notEqual(code, 0)
    assert.match(complaint, /Restore it from a backup/)
    writeFileSync(join(folder, 'databases.json'), '[]')
    assert.equal((await (await startTestTonegate(t, { environment })).send('/readyz')).status, 200)
  })
}
