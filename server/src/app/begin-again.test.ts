import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { test } from 'node:test'
import { createMovableClock } from '../base/clock.ts'
import { createLog } from '../base/log.ts'
import { createBeginnings } from './begin-again.ts'

test('whoever leaves while the sandbox begins again is not answered, and no later reset waits for them', async () => {
  const answered: IncomingMessage[] = []
  const region = {
    handler: (request: IncomingMessage) => void answered.push(request),
    stopStreams: async () => {},
    handOver: async () => {},
    close: async () => {},
  }
  const opening = Promise.withResolvers<void>()
  const beginnings = createBeginnings({
    ...{ opened: new Map([['nam', region]]), tools: new Map(), log: createLog('silent') },
    clock: createMovableClock(),
    open: async () => {
      await opening.promise
      return region
    },
  })
  const ask = () => {
    const response = Object.assign(new EventEmitter(), { destroyed: false })
    const request = new EventEmitter() as IncomingMessage
    beginnings.answering('nam')(request, response as unknown as ServerResponse)
    return { request, response }
  }
  const { request: asking, response } = ask()
  const begun = beginnings.beginAgain(asking)
  const left = ask()
  const stays = ask()
  left.response.destroyed = true
  left.response.emit('close')
  opening.resolve()
  await begun
  assert.deepEqual(answered, [asking, stays.request])
  response.emit('close')
  stays.response.emit('close')
  // The clock stands still: one who was waited for would be waited for without an end.
  await beginnings.beginAgain(new EventEmitter() as IncomingMessage)
})
