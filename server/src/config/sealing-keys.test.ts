import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { ConfigError, readConfig } from './config.ts'

const newKey = () => randomBytes(32).toString('base64')
const keysOf = (environment: Readonly<Record<string, string>>) =>
  readConfig(environment).sealingKeys?.map((key) => key.toString('base64'))

function fileWith(t: TestContext, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-keys-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'sealing-keys')
  writeFileSync(file, text)
  return file
}

function faultOf(environment: Readonly<Record<string, string>>): string {
  try {
    readConfig(environment)
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.message
  }
  throw new Error('It was taken.')
}

test('there may be several keys, in their order', () => {
  const keys = [newKey(), newKey(), newKey()]
  assert.deepEqual(keysOf({ TONEGATE_SEALING_KEY: keys.join(',') }), keys)
  assert.deepEqual(keysOf({ TONEGATE_SEALING_KEY: keys.join(' , ') }), keys)
  assert.deepEqual(keysOf({ TONEGATE_SEALING_KEY: `${keys[0]},` }), [keys[0]])
  assert.equal(keysOf({}), undefined)
})

test('they may be in a file, one a line', (t) => {
  const keys = [newKey(), newKey()]
  assert.deepEqual(keysOf({ TONEGATE_SEALING_KEY_FILE: fileWith(t, `${keys.join('\n')}\n`) }), keys)
  assert.deepEqual(keysOf({ TONEGATE_SEALING_KEY_FILE: fileWith(t, keys.join(',')) }), keys)
})

test('a file that is not there or empty, a key of another length and both variables are refused', (t) => {
  const [key, short] = [newKey(), randomBytes(31).toString('base64')]
  const file = (text: string) => ({ TONEGATE_SEALING_KEY_FILE: fileWith(t, text) })
  assert.match(
    faultOf({ TONEGATE_SEALING_KEY_FILE: '/nowhere/keys' }),
    /\/nowhere\/keys, which cannot be read: it does not exist/,
  )
  assert.match(faultOf(file('\n')), /which is empty/)
  assert.match(faultOf({ ...file(key), TONEGATE_SEALING_KEY: key }), /Set only one of them/)
  for (const wrong of [file(`${key}\n${short}`), { TONEGATE_SEALING_KEY: `${key},${short}` }]) {
    const fault = faultOf(wrong)
    assert.match(fault, /something that is not 32 bytes in base64/)
    assert.ok(!fault.includes(key) && !fault.includes(short))
  }
})

test('production is refused with a key that can be guessed, wherever it stands in the list', (t) => {
  const production = {
    TONEGATE_MODE: 'production',
    TONEGATE_DOMAIN: 'pay.example.com',
    TONEGATE_DATA: tmpdir(),
    TONEGATE_PROXY: 'trusted',
  }
  const list = [newKey(), Buffer.alloc(32, 7).toString('base64')]
  assert.match(
    faultOf({ ...production, TONEGATE_SEALING_KEY: list.join(',') }),
    /TONEGATE_SEALING_KEY contains a key that is not random enough/,
  )
  assert.match(
    faultOf({ ...production, TONEGATE_SEALING_KEY_FILE: fileWith(t, list.join('\n')) }),
    /TONEGATE_SEALING_KEY_FILE contains a key that is not random enough/,
  )
  const keys = [newKey(), newKey()]
  assert.deepEqual(keysOf({ ...production, TONEGATE_SEALING_KEY: keys.join(',') }), keys)
})
