import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createBuiltSite } from './built-site.ts'

/** A folder like a clone’s, with a page of the documents. */
function makeClone(t: TestContext, files: readonly string[]) {
  const root = mkdtempSync(join(tmpdir(), 'tonegate-site-'))
  t.after(() => rmSync(root, { recursive: true }))
  for (const file of ['docs/webhooks.md', ...files]) {
    mkdirSync(join(root, file, '..'), { recursive: true })
    writeFileSync(join(root, file), '')
  }
  return { root, folder: join(root, 'site') }
}

const builder = ['site/build.ts', 'node_modules/vitepress/package.json']
const built = 'site/dist/index.html'

test('a clone without a built site builds it when it is first asked for, once', async (t) => {
  const { folder } = makeClone(t, builder)
  let builds = 0
  const site = createBuiltSite({ folder, build: async () => ++builds === 1 })
  assert.equal(builds, 0)
  assert.deepEqual([site.state(), site.state()], ['building', 'building'])
  assert.equal(await site.settled(), 'ready')
  assert.equal(builds, 1)
})

test('a build that fails is told, until somebody has built the site by hand', async (t) => {
  const { folder } = makeClone(t, builder)
  const site = createBuiltSite({ folder, build: async () => false })
  assert.equal(await site.settled(), 'failed')
  mkdirSync(join(folder, 'dist'))
  writeFileSync(join(folder, 'dist/index.html'), '')
  assert.equal(site.state(), 'ready')
})

test('a built site is built again only when one of its texts has changed', async (t) => {
  const { root, folder } = makeClone(t, [...builder, built])
  const later = new Date(Date.now() + 60_000)
  utimesSync(join(root, built), later, later)
  assert.equal(createBuiltSite({ folder, build: never }).state(), 'ready')
  const after = new Date(Date.now() + 120_000)
  utimesSync(join(root, 'docs/webhooks.md'), after, after)
  assert.equal(createBuiltSite({ folder, build: async () => true }).state(), 'building')
})

test('without the builder, what was built is served as it is, and nothing is begun', (t) => {
  assert.equal(createBuiltSite({ folder: makeClone(t, [built]).folder, build: never }).state(), 'ready')
  assert.equal(createBuiltSite({ folder: makeClone(t, []).folder, build: never }).state(), 'absent')
  const production = makeClone(t, ['site/build.ts'])
  assert.equal(createBuiltSite({ folder: production.folder, build: never }).state(), 'absent')
})

const never = () => assert.fail('nothing is to be built')
