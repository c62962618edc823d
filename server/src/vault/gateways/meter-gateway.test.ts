import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../../base/clock.ts'
import { type Gateway, NotSent } from '../model/gateway.ts'
import { meterGateway } from './meter-gateway.ts'

const done = async () => ({ status: 'done' }) as const

function startGateway(gateway: Partial<Gateway>) {
  const clock = createMovableClock()
  const counted: unknown[] = []
  const metered = meterGateway(
    {
      ...{
        authorise: async () => ({ status: 'error', gatewayCode: 'none' }),
        reconcile: async () => undefined,
      },
      ...{ capture: done, void: done, refund: done },
      ...gateway,
    },
    { kind: 'stripe', clock, meter: { asked: (kind, question) => void counted.push({ kind, ...question }) } },
  )
  return { clock, metered, counted }
}

const nothing = {} as never

test('each question is counted with the status of its answer, and how long that took', async () => {
  const { clock, metered, counted } = startGateway({
    async authorise() {
      await clock.advance(1_500)
      return { status: 'declined', reason: 'do-not-honour' }
    },
  })
  await metered.authorise(nothing)
  await metered.refund(nothing)
  await metered.reconcile(nothing)
  const kind = 'stripe'
  assert.deepEqual(counted, [
    { kind, operation: 'authorise', outcome: 'declined', milliseconds: 1_500 },
    { kind, operation: 'refund', outcome: 'done', milliseconds: 0 },
    { kind, operation: 'reconcile', outcome: 'unknown', milliseconds: 0 },
  ])
})

test('what is thrown is thrown on: a payment that was not sent is told from one of which nothing is known', async () => {
  for (const [error, outcome] of [
    [new NotSent('no address'), 'not-sent'],
    [new Error('cut off'), 'unknown'],
  ] as const) {
    const { metered, counted } = startGateway({ authorise: () => Promise.reject(error) })
    await assert.rejects(metered.authorise(nothing), error)
    assert.deepEqual(counted, [{ kind: 'stripe', operation: 'authorise', outcome, milliseconds: 0 }])
  }
})

test('the gateway is asked in the same turn, while the digits of the card are there', () => {
  let asked = false
  const { metered } = startGateway({
    async authorise() {
      asked = true
      return { status: 'error', gatewayCode: 'none' }
    },
  })
  void metered.authorise(nothing)
  assert.ok(asked)
})

test('what a gateway does not do is not there, and what it does is', () => {
  const optional = ['authoriseKept', 'completeChallenge', 'readNotifications', 'check'] as const
  const { metered } = startGateway({})
  for (const name of optional) assert.equal(metered[name], undefined)
  const all = Object.fromEntries(optional.map((name) => [name, async () => []])) as Partial<Gateway>
  for (const name of optional) assert.equal(typeof startGateway(all).metered[name], 'function')
})
