import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { after, before, type TestContext, test } from 'node:test'
import { runAdmin } from '../../../test/harness/test-admin.ts'
import { startPostgres, type TestPostgres } from '../../../test/harness/test-postgres.ts'
import { startTestTonegate } from '../../../test/harness/test-tonegate.ts'
import { ConfigError } from '../../config/config.ts'
import { engines, newRegion } from '../backup/test-restorable.ts'

let postgres: TestPostgres
before(async () => {
  postgres = await startPostgres()
})
after(() => postgres.stop())

const production = {
  TONEGATE_MODE: 'production',
  TONEGATE_DOMAIN: 'example.com',
  TONEGATE_PROXY: 'trusted',
}

const startSandbox = (t: TestContext, environment: Readonly<Record<string, string>>) =>
  startTestTonegate(t, { environment })

for (const engine of engines) {
  test(`${engine}: a sandbox is not started on the data of production, and leaves it as it is`, async (t) => {
    const { environment, data } = await newRegion(t, engine, postgres)
    mkdirSync(data)
    const ofProduction = { ...environment, ...production }
    await (await startTestTonegate(t, { environment: ofProduction })).close()
    assert.equal((await runAdmin(ofProduction, ['account', 'create', 'Books'])).code, 0)
    await assert.rejects(startSandbox(t, { ...environment, TONEGATE_REGIONS: 'nam,emea' }), (error) => {
      assert.ok(error instanceof ConfigError)
      assert.match(
        error.message,
        engine === 'SQLite'
          ? /^ {2}TONEGATE_DATA: the database .*nam\.db has accounts, but not the sandbox’s demo account\. Set TONEGATE_MODE=production/m
          : /^ {2}TONEGATE_STORE: the schema nam .* has accounts, but not the sandbox’s demo account\. Set TONEGATE_MODE=production/m,
      )
      assert.equal(error.faults.length, 1)
      return true
    })
    const { answer } = await runAdmin(ofProduction, ['account', 'list'])
    assert.match(answer, /Books/)
    assert.doesNotMatch(answer, /Demo/)
    await startTestTonegate(t, { environment: ofProduction })
  })
}

test('a sandbox starts again on its own data, whatever accounts it has', async (t) => {
  const { environment, told, start } = await newRegion(t, 'SQLite', postgres)
  await (await start()).close()
  await told('account', 'create', 'Books')
  await startSandbox(t, environment)
})
