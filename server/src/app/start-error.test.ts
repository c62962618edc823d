import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readConfig } from '../config/config.ts'
import { readBrowserAssets } from '../http/browser-assets.ts'
import { type ListenSetting, listening } from '../http/listening.ts'
import { startError } from './start-error.ts'

const saidOf = (what: () => unknown): string => {
  try {
    what()
  } catch (error) {
    return startError(error)
  }
  throw new Error('It did not fail.')
}

test('pages that were not built are said with the command that builds them, in one line', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-dist-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  assert.equal(
    saidOf(() => readBrowserAssets(folder)),
    `No browser pages were found in ${folder}. Build the browser pages with: npm run build`,
  )
})

test('a file of sealing keys that cannot be read is said with the reason, in words', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-keys-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'file'), '')
  const said = (file: string) => saidOf(() => readConfig({ TONEGATE_SEALING_KEY_FILE: file }))
  assert.match(
    said(join(folder, 'nosuch')),
    /TONEGATE_SEALING_KEY_FILE is .*nosuch, .*: it does not exist\.$/,
  )
  assert.match(said(folder), /cannot be read: it is a folder\.$/)
  assert.match(said(join(folder, 'file/key')), /cannot be read: part of its path is not a folder\.$/)
})

for (const [code, syscall, remedy] of [
  ['EADDRINUSE', 'listen', /another port, for example PORT=8081/],
  ['EACCES', 'listen', /ports from 1024 need no special rights/],
  ['EADDRNOTAVAIL', 'listen', /set HOST to one that it has/],
  ['ENOTFOUND', 'getaddrinfo', /set HOST to an address of this one/],
] as const) {
  test(`a place where nothing can listen is said with what to do: ${code}`, () => {
    const error = Object.assign(new Error(`${syscall} ${code}`), { code, syscall })
    assert.match(startError(error), remedy)
    assert.doesNotMatch(startError(error), /\n/)
  })
}

test('a place of another setting than PORT and HOST is said with that one', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1')
  t.after(() => taken.close())
  await once(taken, 'listening')
  const { port } = taken.address() as AddressInfo
  const saidWhere = async (host: string, setting: ListenSetting) =>
    startError(await listening(createServer(), { host, port, setting }).catch((error) => error))
  assert.match(
    await saidWhere('127.0.0.1', 'TONEGATE_OPS_LISTEN'),
    /another port, for example TONEGATE_OPS_LISTEN=127\.0\.0\.1:9465\.$/,
  )
  assert.match(await saidWhere('127.0.0.1', 'PORT'), /for example PORT=8081\.$/)
  assert.match(
    await saidWhere('203.0.113.1', 'TONEGATE_CHANNEL_LISTEN'),
    /set TONEGATE_CHANNEL_LISTEN to one that it has, for example 127\.0\.0\.1:8445\.$/,
  )
})

test('a bug keeps its stack, and so does a file of ours that cannot be used', () => {
  assert.match(startError(new Error('x is not a function')), /\n +at /)
  const file = Object.assign(new Error('open'), { code: 'EACCES', syscall: 'open' })
  assert.match(startError(file), /\n +at /)
})
