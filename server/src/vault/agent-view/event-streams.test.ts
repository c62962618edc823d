import assert from 'node:assert/strict'
import { once } from 'node:events'
import { get } from 'node:http'
import { test } from 'node:test'
import fastify from 'fastify'
import { startVaultRoutes } from '../test-vault-routes.ts'
import { createEventStreams } from './event-streams.ts'

test('readers that leave before their streams begin keep no room', async (t) => {
  const { session, clock } = startVaultRoutes()
  const streams = createEventStreams(clock)
  const app = fastify()
  t.after(() => app.close())
  let leave = () => {}
  let begun = () => {}
  app.get('/', async (request, reply) => {
    leave()
    await once(reply.raw, 'close')
    streams.open({ request, reply }, { parts: [{ session, label: '' }] })
    begun()
  })
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  for (let readers = 0; readers < 8; readers += 1) {
    const reader = get(address).on('error', () => {})
    leave = () => reader.destroy()
    await new Promise<void>((resolve) => {
      begun = resolve
    })
  }
  assert.equal(streams.hasRoomFor(session), true)
})
