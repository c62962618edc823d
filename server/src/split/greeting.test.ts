import assert from 'node:assert/strict'
import { test } from 'node:test'
import { disagreement, type Greeting, notReadyOf } from './greeting.ts'

const ours: Greeting = { half: 'api', channelVersion: 1, regions: ['nam', 'emea'] }
const theirs: Greeting = { ...ours, half: 'vault' }

test('processes of one version, with the same regions in any order, agree', () => {
  assert.equal(disagreement(ours, theirs), undefined)
  assert.equal(disagreement(ours, { ...theirs, regions: ['emea', 'nam'] }), undefined)
})

for (const [what, answer, fault] of [
  ['nothing', undefined, /a different version of Tonegate, or not Tonegate at all$/],
  ['null', null, /or not Tonegate at all$/],
  ['no version', { ...theirs, channelVersion: undefined }, /or not Tonegate at all$/],
  ['a version in letters', { ...theirs, channelVersion: '1' }, /or not Tonegate at all$/],
  ['no regions', { ...theirs, regions: undefined }, /or not Tonegate at all$/],
  ['regions that are no list', { ...theirs, regions: 'emea, nam' }, /or not Tonegate at all$/],
  ['a newer version', { ...theirs, channelVersion: 2 }, /its channel version is 2, ours is 1$/],
  ['the same role', ours, /both processes have the role api/],
  ['a region less', { ...theirs, regions: ['nam'] }, /different regions: nam; this one serves emea, nam$/],
  ['another region', { ...theirs, regions: ['nam', 'apac'] }, /different regions: apac, nam; this one/],
] as const) {
  test(`a process that answers ${what} is told apart`, () => {
    assert.match(disagreement(ours, answer) ?? '', fault)
  })
}

test('why a process cannot do its work is said in its words, of which 500 characters are taken', () => {
  assert.equal(notReadyOf(theirs), undefined)
  assert.equal(notReadyOf({ ...theirs, notReady: 'the disk is full' }), 'the disk is full')
  assert.equal(notReadyOf({ ...theirs, notReady: '' }), '')
  assert.equal(notReadyOf({ ...theirs, notReady: `${'x'.repeat(500)}y` }), 'x'.repeat(500))
  assert.equal(notReadyOf({ ...theirs, notReady: ['the disk is full'] }), undefined)
})
