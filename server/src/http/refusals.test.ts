import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLog } from '../base/log.ts'
import { createRefusals, type RefusalLine } from './refusals.ts'

function start() {
  const lines: string[] = []
  let now = 0
  const refused = createRefusals(createLog('trace', { write: (line) => lines.push(line) }), () => now)
  const refuse = (times: number, more: Partial<RefusalLine> = {}) => {
    for (let time = 0; time < times; time += 1) {
      refused({ requestId: `r-${time}`, method: 'GET', status: 401, code: 'unauthorized', ...more })
    }
  }
  const read = () => lines.splice(0).map((line) => JSON.parse(line))
  return { refuse, read, pass: (milliseconds: number) => (now += milliseconds) }
}

test('each refusal is a line', () => {
  const { refuse, read } = start()
  refuse(100)
  assert.deepEqual(
    read().map(({ requestId }) => requestId),
    Array.from({ length: 100 }, (_, time) => `r-${time}`),
  )
})

test('of an attack some lines are written, and the next one says how many were not', () => {
  const { refuse, read, pass } = start()
  refuse(50_000)
  assert.equal(read().length, 100)
  pass(1_000)
  refuse(2)
  const [first, second] = read()
  assert.equal(first.leftOut, 49_900)
  assert.equal(second.leftOut, undefined)
})

test('an attack does not hide what another client is refused', () => {
  const { refuse, read } = start()
  refuse(50_000)
  refuse(1, { clientId: 'shop', status: 400, code: 'invalid-request' })
  assert.equal(read().at(-1).clientId, 'shop')
})

test('kinds beyond what is counted apart share a count', () => {
  const { refuse, read } = start()
  for (let client = 0; client < 5_000; client += 1) refuse(1, { clientId: `client-${client}` })
  assert.equal(read().length, 1_000 + 100)
})

test('what a full disk refuses is told now and then', () => {
  const { refuse, read, pass } = start()
  for (let second = 0; second < 120; second += 1) {
    refuse(100, { status: 503, code: 'storage-unavailable' })
    pass(1_000)
  }
  assert.equal(read().length, 20)
})
