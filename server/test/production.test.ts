import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { ConfigError } from '../src/config/config.ts'
import { startTestTonegate } from './harness/test-tonegate.ts'

const production = {
  TONEGATE_MODE: 'production',
  TONEGATE_DOMAIN: 'example.com',
  TONEGATE_PROXY: 'trusted',
  TONEGATE_REGIONS: 'nam,emea',
  TONEGATE_SEALING_KEY: randomBytes(32).toString('base64'),
}

function dataFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-production-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('production is not started on the sandbox’s data, and every database is named', async (t) => {
  const folder = dataFolder(t)
  const sandbox = await startTestTonegate(t, {
    environment: { TONEGATE_DATA: folder, TONEGATE_REGIONS: 'nam,emea' },
  })
  await sandbox.close()
  await assert.rejects(
    startTestTonegate(t, { environment: { ...production, TONEGATE_DATA: folder } }),
    (error) => {
      assert.ok(error instanceof ConfigError)
      for (const name of ['nam', 'emea']) {
        assert.ok(
          error.message.includes(
            `TONEGATE_DATA: ${join(folder, name)}.db contains the sandbox’s demo account`,
          ),
        )
      }
      return true
    },
  )
})

test('production starts again on its own data', async (t) => {
  const environment = { ...production, TONEGATE_DATA: dataFolder(t) }
  await (await startTestTonegate(t, { environment })).close()
  await startTestTonegate(t, { environment })
})

test('production answers nothing that did not come by TLS, but the questions about its health (RFC-7)', async (t) => {
  const { send } = await startTestTonegate(t, {
    environment: { ...production, TONEGATE_DATA: dataFolder(t) },
  })
  for (const path of [
    '/auth/connect/token',
    '/auth/connect/authorize',
    '/auth/.well-known/openid-configuration',
    '/globalpci/v1/session',
  ]) {
    for (const proto of [undefined, 'http', 'https, http']) {
      const headers = new Headers(proto === undefined ? {} : { 'x-forwarded-proto': proto })
      const answer = await send(path, { method: 'POST', headers, body: new URLSearchParams({ a: 'b' }) })
      assert.equal(answer.status, 403, `${path} ${proto}`)
      assert.deepEqual(answer.json, { status: 'only https is accepted' })
      assert.equal(answer.headers.get('location'), null)
    }
  }
  const byTls = { headers: { 'x-forwarded-proto': 'https' } }
  const metadata = (await send('/auth/.well-known/openid-configuration', byTls)).json
  for (const url of Object.values(metadata).filter((value) => String(value).includes('://'))) {
    assert.match(String(url), /^https:\/\/nam\.(api\.|pay\.)?example\.com\//)
  }
  assert.equal((await send('/healthz')).status, 200)
  assert.equal((await send('/readyz')).status, 200)
})

test('production serves no documentation, and its page of errors is styled by a file that is there', async (t) => {
  const { send } = await startTestTonegate(t, {
    environment: { ...production, TONEGATE_DATA: dataFolder(t) },
  })
  const byTls = { headers: { 'x-forwarded-proto': 'https' } }
  assert.equal((await send('/docs/', byTls)).status, 404)
  assert.equal((await send('/docs/errors', byTls)).status, 404)
  const page = await send('/globalpci/errors', byTls)
  assert.equal(page.status, 200)
  assert.doesNotMatch(page.text, /\/docs\//)
  const [, stylesheet = ''] = /<link rel="stylesheet" href="([^"]+)"/.exec(page.text) ?? []
  assert.equal((await send(stylesheet, byTls)).status, 200)
})

test('the sandbox speaks http', async (t) => {
  const { send } = await startTestTonegate(t, { environment: { TONEGATE_REGIONS: 'nam' } })
  assert.equal((await send('/auth/.well-known/openid-configuration')).status, 200)
})
