import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Outcome } from '@tonegate/protocol/outcome'
import type { Guid } from '../../../server/src/base/guid.ts'
import { createHostMessages, hostOrigin } from './host-messages.ts'
import { viewState } from './test-view.ts'

const desk = 'https://desk.example.com'

const originOf = (ancestor: string, ...frameAncestors: readonly string[]) =>
  hostOrigin({ ancestor, referrer: '' }, { frameAncestors, origin: null })

test('an origin is named exactly, with its scheme and port', () => {
  for (const [source, origin] of [
    [desk, desk],
    ['https://desk.example.com:443', desk],
    ['HTTPS://Desk.Example.COM', desk],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ] as const) {
    assert.equal(originOf(origin, source), origin, source)
  }
  for (const [source, origin] of [
    ['http://desk.example.com', desk],
    ['https://desk.example.com:8443', desk],
    ['https://example.com', desk],
    ['https://desk.example.com', 'https://desk.example.com.evil.example'],
    ['https://desk.example.com', 'https://evildesk.example.com'],
    ['https://desk.example.com', 'null'],
    ['https://desk.example.com', 'https://desk.example.com/path'],
    ['*', desk],
    ["'self'", desk],
  ] as const) {
    assert.equal(originOf(origin, source), undefined, `${source} ${origin}`)
  }
})

test('a wildcard stands for hosts below, another for any port', () => {
  const below = 'https://*.example.com'
  assert.equal(originOf(desk, below), desk)
  assert.equal(originOf('https://a.b.example.com', below), 'https://a.b.example.com')
  assert.equal(originOf('https://example.com', below), undefined)
  assert.equal(originOf('https://evilexample.com', below), undefined)
  assert.equal(originOf('https://desk.example.com:8443', below), undefined)
  const anyPort = 'http://*.localhost:*'
  assert.equal(originOf('http://desk.localhost:3000', anyPort), 'http://desk.localhost:3000')
  assert.equal(originOf('http://desk.localhost', anyPort), 'http://desk.localhost')
})

test('the framing page is known by the browser, the referrer or the form, whichever may frame the view', () => {
  const known = (ancestor: string | undefined, referrer: string, origin: string | null) =>
    hostOrigin({ ancestor, referrer }, { frameAncestors: [desk], origin })
  assert.equal(known(desk, '', null), desk)
  assert.equal(known(undefined, `${desk}/`, null), desk)
  assert.equal(known(undefined, '', desk), desk)
  assert.equal(known(undefined, 'https://pay.example.com/session', desk), desk)
  assert.equal(known(undefined, 'nonsense', 'null'), undefined)
})

function start(ancestor: string, stateMessages: readonly string[] = [desk]) {
  const posted: (readonly [unknown, string])[] = []
  const host = {
    postMessage: (message: unknown, origin: unknown) => void posted.push([message, String(origin)]),
  }
  const tell = createHostMessages({
    data: { session: 'session-1' as Guid, host: { frameAncestors: [desk], stateMessages, origin: null } },
    surroundings: { host, ancestor, referrer: '' },
  })
  return { posted, tell }
}

const ended = (outcome: Outcome) =>
  viewState({
    state: 'ended',
    last4: '1111',
    brand: 'visa',
    order: { amountMinor: 1240, currency: 'GBP', reference: 'order-1' },
    result: { end: 'success', outcome, ...(outcome === 'approved' && { authorisationCode: 'A1B2C3' }) },
  })

test('each state is posted, and at the end once the result as the provider sends it', () => {
  const { posted, tell } = start(desk)
  tell(viewState())
  tell(ended('approved'))
  tell(ended('approved'))
  assert.deepEqual(posted, [
    [{ type: 'tonegate:state', session: 'session-1', state: viewState() }, desk],
    [{ type: 'tonegate:state', session: 'session-1', state: ended('approved') }, desk],
    [
      {
        VariableData: {
          transactionResult: { Value: 'SUCCESS' },
          transactionAuthCode: { Value: 'A1B2C3' },
          cardLast4: { Value: '1111' },
          cardType: { Value: 'visa' },
          orderAmount: { Value: '1240' },
          orderCurrency: { Value: 'GBP' },
          orderReference: { Value: 'order-1' },
        },
      },
      desk,
    ],
  ])
})

test('every outcome has one of the provider’s four results, and what is not known is left out', () => {
  const resultOf = (outcome: Outcome) => {
    const { posted, tell } = start(desk)
    tell({ ...ended(outcome), last4: null, brand: null })
    const { VariableData } = (posted[1]?.[0] ?? {}) as {
      readonly VariableData: Readonly<Record<string, { readonly Value: string }>>
    }
    assert.equal('cardLast4' in VariableData, false)
    assert.equal('transactionAuthCode' in VariableData, outcome === 'approved')
    return VariableData.transactionResult?.Value
  }
  assert.deepEqual(
    (['approved', 'review', 'declined', 'cancelled', 'failed', 'unknown'] as const).map(resultOf),
    ['SUCCESS', 'SUCCESS', 'DECLINE', 'CANCELLED', 'ERROR', 'ERROR'],
  )
})

test('an origin that may not frame the view is told nothing', () => {
  const { posted, tell } = start('https://evil.example')
  tell(viewState())
  tell(ended('approved'))
  assert.deepEqual(posted, [])
})

test('a page that the configuration does not name for it hears of the result alone', () => {
  for (const stateMessages of [[], ['https://other.example.com'], ['http://desk.example.com']]) {
    const { posted, tell } = start(desk, stateMessages)
    tell(viewState())
    tell(ended('approved'))
    assert.deepEqual(
      posted.map(([message]) => Object.keys(message as object)),
      [['VariableData']],
    )
  }
})

test('the result has the names of the configuration, where it has its own', () => {
  const { posted, tell } = start(desk, [])
  const { result, ...state } = ended('approved')
  const variables = { Status: 'SUCCESS', Note: '' }
  tell({ ...state, result: result && { ...result, variables } })
  assert.deepEqual(posted, [[{ VariableData: { Status: { Value: 'SUCCESS' }, Note: { Value: '' } } }, desk]])
})
