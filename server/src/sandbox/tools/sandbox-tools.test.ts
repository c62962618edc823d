import assert from 'node:assert/strict'
import { test } from 'node:test'
import { queryObjects } from 'node:v8'
import { createMovableClock } from '../../base/clock.ts'
import type { Guid } from '../../base/guid.ts'
import { type Play, type StageParts, stageOfPlay } from '../scenarios/stage-of-play.ts'
import { createSandboxTools } from './sandbox-tools.ts'

const objects = () => queryObjects(AbortSignal, { format: 'count' })

test('what has waited leaves nothing behind', async () => {
  const clock = createMovableClock()
  const tools = createSandboxTools(clock)
  const before = objects()
  for (let times = 0; times < 100; times += 1) {
    const waiting = tools.wait(40)
    await clock.advance(40)
    await waiting
  }
  assert.ok(objects() - before < 10)
})

test('nobody waits after a reset has begun, until it is over', async () => {
  const tools = createSandboxTools(createMovableClock())
  const waiting = tools.wait(300_000)
  tools.letGo()
  await waiting
  await tools.wait(300_000)
  assert.equal(tools.isOver(), true)
  tools.begin()
  assert.equal(tools.isOver(), false)
})

for (const how of ['close', 'letGo'] as const) {
  test(`a scenario gives up its look for an end, which would never wait any more: ${how}`, async () => {
    const tools = createSandboxTools(createMovableClock())
    let looks = 0
    const program = {
      async reads() {
        looks += 1
        return { ...status, sessionState: looks > 20 ? 'Finished' : 'InProgress' }
      },
    }
    const stage = stageOfPlay({ program, tools } as unknown as StageParts, { status } as unknown as Play)
    const end = stage.program.readsTheEnd()
    tools[how]()
    await assert.rejects(end, { code: 'not-possible-now' })
    assert.ok(looks < 3, String(looks))
  })
}

const status = {
  sessionGuid: '01890000-0000-7000-8000-000000000000' as Guid,
  providerSessionGuid: '01890000-0000-7000-8000-000000000001' as Guid,
  sessionState: 'InProgress',
}
