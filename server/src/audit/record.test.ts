import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inCommand, inRequest, nameActor } from '../base/request-scope.ts'
import { anyEntry, startAudit } from './test-audit.ts'

test('an entry says who did what to what, when, and by which request or command', async (t) => {
  const { store, record, admin } = await startAudit(t)
  const write = () =>
    store.write((tx) =>
      record(tx, {
        ...anyEntry('1'),
        outcome: 'approved',
        details: { flows: ['implicit'], changed: ['name'] },
      }),
    )
  await write()
  await inRequest('request-7', async () => {
    nameActor({ kind: 'user', id: 'u-1', client: 'c-1' })
    await write()
  })
  await inCommand('client create', { kind: 'operator', id: 'ada', name: 'Ada Byron' }, write)
  const [byItself, byRequest, byCommand] = await Array.fromAsync(admin.export(0), (line) => JSON.parse(line))
  const { hash, previous, ...members } = byItself
  assert.deepEqual(members, {
    position: 1,
    at: '2026-08-31T12:00:00.000Z',
    actor: { kind: 'system' },
    action: 'client.create',
    target: { kind: 'client', id: '1', name: 'client 1' },
    account: 7,
    outcome: 'approved',
    details: { changed: ['name'], flows: ['implicit'] },
  })
  assert.equal(previous, '0'.repeat(64))
  assert.equal(byRequest.previous, hash)
  assert.deepEqual(
    [byRequest.actor, byRequest.request, byRequest.command],
    [{ kind: 'user', id: 'u-1', client: 'c-1' }, 'request-7', undefined],
  )
  assert.deepEqual(
    [byCommand.actor, byCommand.request, byCommand.command],
    [{ kind: 'operator', id: 'ada', name: 'Ada Byron' }, undefined, 'client create'],
  )
})

test('an entry is there with its change or not at all', async (t) => {
  const { store, record, admin } = await startAudit(t)
  const fails = store.write(async (tx) => {
    await record(tx, anyEntry('1'))
    throw new Error('a bug')
  })
  const others = Array.from({ length: 5 }, (_, id) =>
    store.write((tx) => record(tx, anyEntry(`other ${id}`))),
  )
  await assert.rejects(fails, /a bug/)
  await Promise.all(others)
  const found = await Array.fromAsync(admin.export(0), (line) => JSON.parse(line).target.id)
  assert.deepEqual(found.sort(), ['other 0', 'other 1', 'other 2', 'other 3', 'other 4'])
})

test('whatever somebody has named by a card number is written without it', async (t) => {
  const { store, record, admin } = await startAudit(t)
  const card = '4111 1111 1111 1111'
  const offered = {
    ...anyEntry(card),
    target: { kind: 'client', id: card, name: `the card ${card}` },
    details: { changed: [card], gateway: card, order: card },
  }
  await inRequest(card.replaceAll(' ', '-'), () =>
    store.write((tx) => record(tx, offered, { kind: 'operator', id: card, name: card, client: card })),
  )
  const [line = ''] = await Array.fromAsync(admin.export(0))
  assert.ok(!/4111.?1111/.test(line), line)
  assert.ok(line.includes('1111'))
})

for (const [what, statement] of [
  ['changed', `update audit_log set entry = 'x' where position = 1`],
  ['removed', 'delete from audit_log where position = 1'],
  ['changed before it has its place', `update audit_unlinked set entries = 'x'`],
] as const) {
  test(`an entry that is ${what} is refused by the database itself`, async (t) => {
    const { store, record, write, tamper, admin } = await startAudit(t)
    await write(2)
    await store.write((tx) => record(tx, anyEntry('3')))
    await assert.rejects(tamper(statement), /entries of the audit log are/)
    assert.deepEqual((await admin.verify()).faults, [])
  })
}
