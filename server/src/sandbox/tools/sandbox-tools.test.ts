import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Clock, createMovableClock } from '../../base/clock.ts'
import type { Guid } from '../../base/guid.ts'
import { type Play, type StageParts, stageOfPlay } from '../scenarios/stage-of-play.ts'
import { createSandboxTools } from './sandbox-tools.ts'

test('what has waited leaves nothing behind', async () => {
  let stopped = 0
  const due: (() => void)[] = []
  const clock = {
    after(_: number, over: () => void) {
      due.push(over)
      return () => {
        stopped += 1
      }
    },
  }
  const tools = createSandboxTools(clock as unknown as Clock)
  const waiting = [tools.wait(40), tools.wait(40)]
  for (const over of due) over()
  await Promise.all(waiting)
  const before = stopped
  tools.letGo()
  assert.equal(stopped, before)
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
