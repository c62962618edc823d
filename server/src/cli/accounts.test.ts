import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startCli } from './test-cli.ts'

test('an account is made once, under a name that can be read', async (t) => {
  const { run, runJson } = await startCli(t)
  assert.deepEqual(await runJson('account', 'create', '  Quay Books '), {
    id: 2,
    name: 'Quay Books',
    production: false,
  })
  const again = await run('account', 'create', 'Quay Books')
  assert.deepEqual([again.code, again.complaint], [1, "An account named 'Quay Books' already exists.\n"])
  for (const name of ['  ', 'x'.repeat(101), 'a\u001b[31mb', 'a\u202eb', 'a\nb']) {
    assert.equal((await run('account', 'create', name)).code, 2, JSON.stringify(name))
  }
  assert.equal((await runJson('account', 'list')).length, 2)
})

test('an account has the number that it has in the other process’s database', async (t) => {
  const { run, runJson } = await startCli(t)
  assert.equal((await runJson('account', 'create', 'Quay Books', '--number', '7')).id, 7)
  const taken = await run('account', 'create', 'Pier Books', '--number', '7')
  assert.match(taken.complaint, /or with the number 7 already exists/)
  assert.equal((await run('account', 'create', 'Pier Books', '--number', 'x')).code, 2)
  assert.equal((await runJson('account', 'create', 'Pier Books')).id, 8)
})

test('the name of the sandbox’s account is not given away, for production is refused where it is', async (t) => {
  const { run } = await startCli(t)
  const { code, complaint } = await run('account', 'create', 'Demo nam')
  assert.deepEqual([code, complaint], [1, "'Demo nam' is the name of the sandbox’s own account.\n"])
})
