import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startCli } from './test-cli.ts'

test('a rotation says what it sealed anew, and until when the former key is needed', async (t) => {
  const { run, runJson, rotations } = await startCli(t)
  const rotation = {
    columns: [
      { what: 'signing keys', resealed: 3, unopened: 0 },
      { what: 'cards', resealed: 0, unopened: 0 },
    ],
    lastLinkEndsAt: Date.UTC(2026, 0, 18, 9, 30),
  }
  rotations.push(rotation, rotation)
  assert.equal(
    (await run('sealing-key', 'rotate')).answer,
    'Sealed with the first key:\n  signing keys: 3\n' +
      'Keep the other keys listed until 2026-01-18T09:30:00.000Z: customers may still have links that were created with them.\n',
  )
  assert.deepEqual(await runJson('sealing-key', 'rotate'), {
    resealed: { 'signing keys': 3, cards: 0 },
    linksEnd: '2026-01-18T09:30:00.000Z',
  })
  assert.equal(
    (await run('sealing-key', 'rotate')).answer,
    'Everything was already sealed with the first key.\nThe other keys can be removed from the list.\n',
  )
})

test('what opens under no key that is listed is named, and the command has not done it all', async (t) => {
  const { run, rotations } = await startCli(t)
  rotations.push({
    columns: [
      { what: 'signing keys', resealed: 3, unopened: 0 },
      { what: 'cards', resealed: 0, unopened: 2 },
    ],
    lastLinkEndsAt: null,
  })
  const { code, complaint } = await run('sealing-key', 'rotate')
  assert.equal(code, 1)
  assert.match(complaint, /with a key that is not listed, and were left as they are:\n {2}cards: 2\n$/)
})
