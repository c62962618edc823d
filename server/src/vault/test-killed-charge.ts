import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openSqlite } from '../store/sqlite.ts'
import type { Store } from '../store/store.ts'
import type { CaptureResult } from './capture-result.ts'
import type { Ending } from './capture-sessions.ts'
import { startConnectorDouble } from './gateways/connector/test-connector.ts'
import { movedByStore } from './gateways/test-ledger.ts'
import type { Flow } from './launch.ts'
import type { ChargeProcess, Task } from './test-charge-process.ts'

const script = fileURLToPath(new URL('test-charge-process.ts', import.meta.url))

/** Runs a process that charges, to its end or until it has killed itself. */
async function run(order: ChargeProcess) {
  const child = spawn(process.execPath, [script, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  child.stdout.on('data', (part) => {
    printed += part
  })
  const [code, signal] = await once(child, 'exit')
  return { code, signal, steps: Number(printed) }
}

export interface Situation {
  readonly what: string
  readonly flow: Partial<Flow>
  /** What goes wrong with the first answer. */
  readonly answer?: 'closes' | 'never'
  /** `pay` unless said. */
  readonly task?: Task
  readonly ends: readonly string[]
}

/** What goes on around a charge, and what may come of it. */
export const situations = [
  { what: 'a charge', flow: {}, ends: ['approved', 'failed'] },
  { what: 'a charge whose answer is lost', flow: {}, answer: 'closes', ends: ['approved', 'failed'] },
  {
    what: 'a charge that is answered too late, and undone',
    flow: { lateApproval: 'void', gatewayTimeoutSeconds: 1 },
    answer: 'never',
    ends: ['cancelled', 'failed', 'approved'],
  },
  {
    what: 'a payment that is cancelled while the customer is at the bank',
    flow: { gatewayTimeoutSeconds: 900 },
    task: 'cancel at the bank',
    ends: ['cancelled', 'declined', 'failed'],
  },
  {
    what: 'a charge beside a cancel at another server',
    flow: {},
    task: 'pay, and cancel at another server',
    ends: ['approved', 'cancelled', 'failed'],
  },
  {
    what: 'a charge of which the gateway tells while it is asked, and afterwards',
    flow: {},
    answer: 'closes',
    task: 'pay, and be told of it',
    ends: ['approved', 'failed'],
  },
  { what: 'a kept card', flow: {}, task: 'charge a kept card', ends: ['approved', 'failed'] },
] as const satisfies readonly Situation[]

/**
 * Kills a process that charges between every two steps, one after the other, and lets the next process go on: the
 * gateway was asked once at most, its ledger and the store agree, and how it ended is known.
 *
 * @returns what was reported upwards after each step.
 */
export async function killAtEachStep(
  situation: Situation,
  { from = 1, to = 1000 }: { readonly from?: number; readonly to?: number } = {},
): Promise<readonly string[]> {
  const stories: string[] = []
  for (let killedAt = from; ; killedAt += 1) {
    if (killedAt > to) return stories
    const { wasKilled, story } = await payKilledAt(situation, killedAt)
    if (!wasKilled) return stories
    stories.push(story)
  }
}

/** Kills the process at a step of a charge, starts the next one, and looks at the books. */
async function payKilledAt(
  { flow, answer, task = 'pay', ends }: Situation,
  killedAt: number,
): Promise<{ readonly wasKilled: boolean; readonly story: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-killed-'))
  const double = await startConnectorDouble()
  try {
    const shared = { file: join(folder, 'nam.db'), resultsFile: join(folder, 'results'), flow }
    const firstAnswer = answer && { firstAnswer: answer }
    const order = { ...shared, gatewayUrl: `${double.url}/tonegate`, ...firstAnswer }
    if (answer) double.misbehave(answer)
    const first = await run({ ...order, killedAt, task })
    const wasKilled = first.signal === 'SIGKILL'
    assert.ok(wasKilled || first.code === 0, `it ended by itself with ${first.code}`)
    const second = await run({ ...order, killedAt: 0, task: 'go on' })
    assert.equal(second.code, 0)

    const askedTo = (operation: string) =>
      double.asked.filter(({ body }) => JSON.parse(body.toString()).operation === operation)
    const asked = askedTo('authorise')
    assert.ok(asked.length <= 1, `at step ${killedAt} it was asked ${asked.length} times`)
    assert.ok(askedTo('authorise-kept').length <= 1, `at step ${killedAt} a kept card was charged twice`)
    const store = await openSqlite(order.file)
    try {
      assert.deepEqual(await movedByStore(store), double.ledger.moved(), `at step ${killedAt}`)
      const moved = Object.values(double.ledger.moved()).some(({ held, taken }) => held + taken > 0)
      for (const { end } of await endingsOf(store)) {
        assert.ok(end !== 'cancelled' || !moved, `at step ${killedAt} money was kept that was cancelled`)
      }
    } finally {
      await store.close()
    }
    const results = existsSync(order.resultsFile)
      ? readFileSync(order.resultsFile, 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as CaptureResult)
      : []
    const last = results.at(-1)?.outcome
    if (last) assert.ok(ends.includes(last), `at step ${killedAt} the end is ${last}`)
    if (asked.length > 0) assert.ok(last, `at step ${killedAt} nobody heard how it ended`)
    const story = results.map(({ outcome }) => outcome).join(' → ') || 'still open'
    return { wasKilled, story }
  } finally {
    await double.close()
    rmSync(folder, { recursive: true })
  }
}

async function endingsOf(store: Store): Promise<readonly Pick<Ending, 'end'>[]> {
  const rows = await store
    .prepare((db, _: object) =>
      db.selectFrom('capture_session').select('ending').where('ending', 'is not', null),
    )
    .all(store.reader, {})
  return rows.map(({ ending }) => JSON.parse(ending ?? '') as Ending)
}
