import assert from 'node:assert/strict'
import { test } from 'node:test'
import { playLostLaunch } from './test-lost-launch.ts'

/** `npm run soak:launch` has every fault at every moment. */
test('a launch whose answer is lost between two processes is one session when its key comes again', async () => {
  const story = await playLostLaunch({
    fault: 'the connection is cut',
    moment: 'half of its answer has come',
    key: 'with a key',
  })
  assert.deepEqual(story, { answers: [503, 200], captures: 1, links: 1 })
})

test('a launch that the API was killed in is called off by the next process, and its link is never sent', async () => {
  const { links, captures } = await playLostLaunch({
    fault: 'the API is killed',
    moment: 'its answer is on its way',
    key: 'without a key',
  })
  assert.deepEqual({ links, captures }, { links: 1, captures: 2 })
})
