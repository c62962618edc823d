import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { brotliDecompressSync } from 'node:zlib'
import { createLog } from '../base/log.ts'
import { readBrowserAssets, registerBrowserAssets } from './browser-assets.ts'
import { createHttp } from './http.ts'

const region = { name: 'nam', issuer: '', apiUrl: '', paymentOrigin: 'http://nam.test' } as const

function emptyFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-assets-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

test('without a build it says what to run', (t) => {
  assert.throws(() => readBrowserAssets(emptyFolder(t)), /npm run build/)
})

test('a build without a page says what is missing', (t) => {
  const folder = emptyFolder(t)
  mkdirSync(join(folder, '.vite'))
  writeFileSync(join(folder, '.vite/manifest.json'), '{}')
  assert.throws(() => readBrowserAssets(folder), /src\/agent-view\/main\.tsx is missing.*npm run build/)
})

test('the built files are served compressed, to be kept, and nothing beside them is', async () => {
  const assets = readBrowserAssets()
  const app = createHttp({ region, log: createLog('silent'), proxy: 'none' })
  registerBrowserAssets(app, assets)
  const { script, stylesheets } = assets.agentView
  for (const url of [script, ...stylesheets, assets.pages.stylesheet]) {
    const { statusCode, headers } = await app.inject(url)
    assert.equal(statusCode, 200, url)
    assert.equal(headers['cache-control'], 'public, max-age=31536000, immutable')
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.match(String(headers['content-security-policy']), /^default-src 'none'; .*connect-src 'self';/)
    assert.match(String(headers['content-type']), /^(application|text)\/(javascript|css)/)
  }
  const plain = await app.inject(script)
  const small = await app.inject({ url: script, headers: { 'accept-encoding': 'gzip, br' } })
  assert.equal(small.headers['content-encoding'], 'br')
  assert.deepEqual(brotliDecompressSync(small.rawPayload), plain.rawPayload)
  for (const url of [
    '/assets/',
    '/assets/none.js',
    '/assets/../.vite/manifest.json',
    '/assets/%2e%2e/.vite/manifest.json',
    '/assets/%00',
    '/assets/%ff',
  ]) {
    const { statusCode } = await app.inject(url)
    assert.ok(statusCode >= 400 && statusCode < 500, `${statusCode} for ${url}`)
  }
})

test('the pages’ icon is served, also where a browser looks for one by itself', async () => {
  const app = createHttp({ region, log: createLog('silent'), proxy: 'none' })
  registerBrowserAssets(app, readBrowserAssets())
  for (const url of ['/favicon.svg', '/favicon.ico']) {
    const { statusCode, headers, body } = await app.inject(url)
    assert.equal(statusCode, 200)
    assert.match(String(headers['content-type']), /^image\/svg\+xml/)
    assert.match(body, /^<svg /)
  }
})

for (const page of ['agentView', 'paymentPage'] as const) {
  test(`the script of a page is under 30 KiB, compressed: ${page}`, async () => {
    const assets = readBrowserAssets()
    const app = createHttp({ region, log: createLog('silent'), proxy: 'none' })
    registerBrowserAssets(app, assets)
    const answer = await app.inject({ url: assets[page].script, headers: { 'accept-encoding': 'gzip' } })
    assert.equal(answer.headers['content-encoding'], 'gzip')
    assert.ok(answer.rawPayload.length < 30 * 1024, `${answer.rawPayload.length} bytes`)
  })
}
