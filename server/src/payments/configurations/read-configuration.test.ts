import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brandNames } from '@tonegate/protocol/card/brand'
import { readConfiguration } from './read-configuration.ts'

const written = {
  id: 7,
  name: 'Telephone',
  resultTemplate: 'cybersource',
  defaultCurrency: 'GBP',
  flow: { gateway: 'sandbox', merchantName: 'Harbour', frameAncestors: ['https://desktop.example.com'] },
}

const faultsOf = (value: unknown) => {
  const read = readConfiguration(value, brandNames)
  return 'faults' in read ? read.faults.map(({ path }) => path) : []
}

test('what is left out has its usual value', () => {
  assert.deepEqual(readConfiguration(written, brandNames), {
    configuration: {
      ...written,
      agentAssistLifetimeSeconds: 3600,
      digitalLifetimeSeconds: 259_200,
      digitalIdleSeconds: 259_200,
      flow: {
        ...written.flow,
        purpose: 'charge',
        lateApproval: 'record',
        cancelAfterwards: 'refuse',
        keptCards: 'never',
        securityCode: 'required',
        gatewayTimeoutSeconds: 10,
        brands: [],
        confirmByKeypad: true,
        attempts: 3,
        firstDigitSeconds: 20,
        interDigitSeconds: 8,
        slowModeMilliseconds: 400,
        recording: 'continue',
        showLast4: true,
        idleSeconds: 900,
        language: 'en',
        sendLink: 'never',
        challengeSeconds: 600,
        stateMessages: [],
        texts: {},
      },
    },
  })
})

test('a configuration has its own words, by language and by what is said', () => {
  const texts = {
    agentWords: { de: { 'ask-card-number': 'Bitten Sie um {amount}.' } },
    prompts: { en: { approved: 'Paid.' } },
  }
  const read = readConfiguration({ ...written, flow: { ...written.flow, texts } }, brandNames)
  assert.ok('configuration' in read)
  assert.deepEqual(read.configuration.flow.texts, texts)
})

test('what is given is kept, so that a configuration is read as it is shown', () => {
  const first = readConfiguration(written, brandNames)
  assert.ok('configuration' in first)
  assert.deepEqual(readConfiguration(first.configuration, brandNames), first)
  const changed = {
    ...written,
    flow: { ...written.flow, brands: ['visa', 'american-express'], showLast4: false },
  }
  const read = readConfiguration(changed, brandNames)
  assert.ok('configuration' in read)
  assert.deepEqual(read.configuration.flow.brands, ['visa', 'american-express'])
  assert.equal(read.configuration.flow.showLast4, false)
})

for (const [path, change] of [
  ['/', null],
  ['/', []],
  ['/id', { id: -1 }],
  ['/id', { id: 1.5 }],
  ['/id', { id: 2 ** 31 }],
  ['/name', { name: '' }],
  ['/name', { name: 'a\u0007b' }],
  ['/resultTemplate', { resultTemplate: 'other' }],
  ['/resultKeys', { resultKeys: [] }],
  ['/resultKeys', { resultKeys: Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`k${at}`, ''])) }],
  ['/resultKeys/Note', { resultKeys: { Note: 7 } }],
  ['/resultKeys/Note', { resultKeys: { Note: 'x'.repeat(1025) } }],
  ['/resultKeys/Note', { resultKeys: { Note: '{{#open}}' } }],
  ['/resultKeys/cardLast4', { resultKeys: { cardLast4: '' } }],
  ['/flow/purpose', { flow: { ...written.flow, purpose: 'give' } }],
  ['/flow/lateApproval', { flow: { ...written.flow, lateApproval: 'maybe' } }],
  ['/flow/cancelAfterwards', { flow: { ...written.flow, cancelAfterwards: 'refund' } }],
  ['/flow/language', { flow: { ...written.flow, language: 'fr' } }],
  ['/flow/securityCode', { flow: { ...written.flow, securityCode: 'sometimes' } }],
  ['/flow/securityCode', { flow: { ...written.flow, securityCode: false } }],
  ['/flow/sendLink', { flow: { ...written.flow, sendLink: 'post' } }],
  [
    '/flow/texts/prompts/en/hello',
    { flow: { ...written.flow, texts: { prompts: { en: { hello: 'Hi' } } } } },
  ],
  [
    '/flow/texts/agentWords/en/typing',
    { flow: { ...written.flow, texts: { agentWords: { en: { typing: 'a\u0007b' } } } } },
  ],
  ['/defaultCurrency', { defaultCurrency: 'gbp' }],
  ['/defaultCurrency', { defaultCurrency: 'XDR' }],
  ['/digitalLifetimeSeconds', { digitalLifetimeSeconds: 59 }],
  ['/colour', { colour: 'red' }],
  ['/flow', { flow: undefined }],
] as const) {
  test(`a wrong member is named by its path: ${path} of ${JSON.stringify(change)}`, () => {
    assert.deepEqual(
      faultsOf(change === null || Array.isArray(change) ? change : { ...written, ...change }),
      [path],
    )
  })
}

for (const [path, change] of [
  ['/flow/gateway', { gateway: 'Harbour Bank' }],
  ['/flow/merchantName', { merchantName: '' }],
  ['/flow/frameAncestors', { frameAncestors: [] }],
  ['/flow/frameAncestors/0', { frameAncestors: ['https://a.example; script-src *'] }],
  ['/flow/frameAncestors/0', { frameAncestors: ["'self'\r\nset-cookie: a=b"] }],
  ['/flow/frameAncestors/1', { frameAncestors: ['https://a.example', '*'] }],
  ['/flow/frameAncestors/0', { frameAncestors: ['https://a.example/path'] }],
  ['/flow/brands/0', { brands: ['mastercrd'] }],
  ['/flow/attempts', { attempts: 0 }],
  ['/flow/confirmByKeypad', { confirmByKeypad: 'yes' }],
  ['/flow/gatewayTimeoutSeconds', { gatewayTimeoutSeconds: 121 }],
  ['/flow/lifetimeSeconds', { lifetimeSeconds: 60 }],
] as const) {
  test(`a wrong member of the flow is named by its path: ${JSON.stringify(change)}`, () => {
    assert.deepEqual(faultsOf({ ...written, flow: { ...written.flow, ...change } }), [path])
  })
}
