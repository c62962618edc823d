import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import Fastify from 'fastify'
import type { Region } from '../../base/region.ts'
import { readBrowserAssets } from '../../http/browser-assets.ts'
import type { Http } from '../../http/http.ts'
import type { SiteState } from './built-site.ts'
import { docsPages } from './docs-pages.ts'

const region = { paymentOrigin: 'http://127.0.0.1:8080' } as Region

/** A server with a site of three files, and a secret beside it. */
async function startDocs(t: TestContext, state: SiteState = 'ready') {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-docs-'))
  const directory = join(folder, 'dist')
  mkdirSync(join(directory, 'assets'), { recursive: true })
  for (const name of ['index', 'errors', '404'])
    writeFileSync(join(directory, `${name}.html`), `<h1>${name}</h1>`)
  writeFileSync(join(directory, 'assets/app.C_QC-pt_.js'), 'export {}')
  writeFileSync(join(folder, 'secret.html'), 'a secret')
  const app = Fastify({ routerOptions: { ignoreTrailingSlash: true } })
  const site = { directory, state: () => state, settled: async () => state }
  docsPages({ site, assets: readBrowserAssets(), region })(app as unknown as Http)
  await app.listen({ host: '127.0.0.1', port: 0 })
  t.after(async () => {
    await app.close()
    rmSync(folder, { recursive: true })
  })
  const get = (url: string, headers = {}) => app.inject({ url, headers })
  const { port } = app.server.address() as { port: number }
  return { get, port }
}

test('pages have addresses without an ending, and a policy that allows no inline script or style', async (t) => {
  const { get } = await startDocs(t)
  const [moved, home, errors] = [await get('/docs'), await get('/docs/'), await get('/docs/errors')]
  assert.deepEqual([moved.statusCode, moved.headers.location], [302, '/docs/'])
  assert.deepEqual([home.statusCode, home.body], [200, '<h1>index</h1>'])
  assert.deepEqual([errors.statusCode, errors.body], [200, '<h1>errors</h1>'])
  const policy = String(errors.headers['content-security-policy'])
  assert.match(policy, /default-src 'none'.*script-src 'self'.*style-src 'self'/)
  assert.doesNotMatch(policy, /unsafe|\*|https?:/)
  assert.equal(errors.headers['x-frame-options'], 'deny')
})

test('a page is asked for again each time and answered 304; a file with a name of its own is kept for a year', async (t) => {
  const { get } = await startDocs(t)
  const page = await get('/docs/errors')
  assert.equal(page.headers['cache-control'], 'no-cache')
  const again = await get('/docs/errors', { 'if-none-match': page.headers.etag })
  assert.equal(again.statusCode, 304)
  const script = await get('/docs/assets/app.C_QC-pt_.js')
  assert.equal(script.headers['cache-control'], 'public, max-age=31536000, immutable')
})

test('nothing outside of the site is served, however the path is written', async (t) => {
  const { get, port } = await startDocs(t)
  for (const path of [
    '/docs/../secret.html',
    '/docs/%2e%2e/secret.html',
    '/docs/..%2fsecret.html',
    '/docs/%2e%2e%5csecret.html',
    '/docs/assets/../../secret.html',
    '/docs//secret.html',
    '/docs/%00secret.html',
  ]) {
    const answer = await get(path)
    assert.ok(answer.statusCode >= 400, `${path}: ${answer.statusCode}`)
    assert.doesNotMatch(answer.body, /a secret/)
    // As a client that does not tidy its paths sends it.
    assert.doesNotMatch(await rawGet(port, path), /a secret/)
  }
})

test('an address of no page is answered with the site’s own page and 404', async (t) => {
  const { get } = await startDocs(t)
  const answer = await get('/docs/nothing')
  assert.deepEqual([answer.statusCode, answer.body], [404, '<h1>404</h1>'])
})

test('until it is built a page says so, and comes again by itself only while something is being built', async (t) => {
  const building = await (await startDocs(t, 'building')).get('/docs/errors')
  assert.equal(building.statusCode, 503)
  assert.deepEqual([building.headers['retry-after'], building.headers.refresh], ['2', '2'])
  assert.match(building.body, /The documentation is being built/)
  for (const state of ['failed', 'absent'] as const) {
    const answer = await (await startDocs(t, state)).get('/docs/')
    assert.deepEqual([answer.statusCode, answer.headers.refresh], [503, undefined])
    assert.match(answer.body, /npm run docs:build/)
  }
})

function rawGet(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`),
    )
    socket.on('data', (chunk) => (text += chunk))
    socket.on('error', reject)
    socket.on('close', () => resolve(text))
  })
}
