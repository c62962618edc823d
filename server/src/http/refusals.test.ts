import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLog } from '../base/log.ts'
import { Problem } from '../base/problem.ts'
import { createRefusals, describeRefusal, type RefusalDetails, type RefusalLine } from './refusals.ts'

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

test('what a caller is meant to see is a line by its code, and a fault of ours one with its stack', () => {
  const { refuse, read } = start()
  for (const [err, status] of [
    [new Problem('provider-unavailable', 'Later.'), 503],
    [new Problem('internal-error', 'No.'), 500],
    [new TypeError('No.'), 500],
  ] as const) {
    const request: { refusal: RefusalDetails | null } = { refusal: null }
    describeRefusal(request, { code: 'temporarily_unavailable', err, message: 'a page could not be shown' })
    refuse(1, { ...request.refusal, status })
  }
  assert.deepEqual(
    read().map(({ level, code, err, message }) => [level, code, err?.type, message]),
    [
      [40, 'provider-unavailable', undefined, 'a page could not be shown'],
      [50, 'temporarily_unavailable', 'Problem', 'a page could not be shown'],
      [50, 'temporarily_unavailable', 'TypeError', 'a page could not be shown'],
    ],
  )
})
