import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { killAtEachStep } from './test-killed-charge.ts'

/** Before the gateway is asked, with its answer, and when that is committed; `npm run soak:charge` has all steps. */
const ofTheCharge = { countedFrom: 1, at: [1, 2, 3] }

suite('a charge whose process is killed', { concurrency: 2 }, () => {
  test('between two steps is one charge, and known in the end', async () => {
    const stories = await killAtEachStep('connector', 'a charge', ofTheCharge)
    assert.deepEqual(stories, ['unknown → failed', 'approved', 'approved'])
  })

  for (const [kind, neverAsked] of [
    ['stripe', 'unknown → failed'],
    ['adyen', 'unknown'],
    ['cybersource', 'unknown'],
  ] as const) {
    test(`at ${kind} is one charge, and known in the end`, async () => {
      const stories = await killAtEachStep(kind, 'a charge', ofTheCharge)
      assert.deepEqual(stories, [neverAsked, 'approved', 'approved'])
    })

    test(`while a part that the bank of ${kind} approves is released is declined, and nothing is held`, async () => {
      const what = 'a charge of which the bank approves a part'
      const stories = await killAtEachStep(kind, what, { countedFrom: 1, at: [2, 4, 6] })
      assert.deepEqual(new Set(stories.map((story) => story.split(' → ').at(-1))), new Set(['declined']))
      assert.equal(stories.length, 3)
    })
  }

  for (const kind of ['connector', 'stripe', 'adyen'] as const) {
    test(`while ${kind} tells of it is one charge, and known in the end`, async () => {
      const what = 'a charge of which the gateway tells while it is asked, and afterwards'
      const stories = await killAtEachStep(kind, what, { countedFrom: 1, at: [2, 3] })
      assert.deepEqual(stories, ['approved', 'approved'])
    })
  }

  test('while it is cancelled at the bank is not kept', async () => {
    const what = 'a payment that is cancelled while the customer is at the bank'
    const stories = await killAtEachStep('connector', what, { countedFrom: 2, at: [1, 2] })
    assert.equal(stories.length, 2)
    for (const story of stories) assert.doesNotMatch(story, /approved|still open/)
  })

  test('while another server cancels leaves one of both', async () => {
    const stories = await killAtEachStep('connector', 'a charge beside a cancel at another server', {
      countedFrom: 1,
      at: [1, 2],
    })
    assert.equal(stories.length, 2)
  })

  test('by a kept card is charged once at most', async () => {
    const stories = await killAtEachStep('connector', 'a kept card', { countedFrom: 2, at: [1, 2] })
    assert.equal(stories.length, 2)
  })
})
