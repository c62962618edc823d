import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { problems } from '../../server/src/base/problem.ts'
import { createClient } from './client.ts'
import { problemCodes } from './problem-codes.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

test('the types are those of docs/openapi.json: else `npm run types -w client`', async () => {
  const command = here('../node_modules/openapi-typescript/bin/cli.js')
  const { stdout } = await promisify(execFile)(process.execPath, [
    command,
    here('../../docs/openapi.json'),
    '--immutable',
  ])
  assert.equal(stdout.trim(), readFileSync(here('openapi.ts'), 'utf8').trim())
})

test('every problem of the server is known', () => {
  assert.deepEqual([...problemCodes], Object.keys(problems))
})

test('every operation of the Payment API has its function', () => {
  const { paths } = JSON.parse(readFileSync(here('../../docs/openapi.json'), 'utf8'))
  const operations = Object.entries<Record<string, { operationId?: string }>>(paths)
    .filter(([path]) => /^(?:\/globalpci)?\/v1\//.test(path))
    .flatMap(([, methods]) => Object.values(methods).map(({ operationId }) => operationId))
    .filter((id) => id !== undefined)
  const tonegate = createClient({ baseUrl: 'http://127.0.0.1:1', clientId: 'a', clientSecret: 'b' })
  assert.ok(operations.length > 9)
  assert.deepEqual(
    operations.filter((id) => !(id in tonegate)),
    [],
  )
})
