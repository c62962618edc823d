/** The process that takes payments: a {@link CompletionPlan} from its parent, {@link Completions} back. */
import { createHistogram, performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import type { CompletionPlan, Completions } from './completing.ts'
import { type Connection, openConnection } from './connection.ts'
import { wireRequest } from './load.ts'
import { paceClock } from './pace.ts'
import { answerParent } from './worker.ts'

/** Until all are under way. */
const beginningMilliseconds = 1_000
/** What the sandbox's gateway takes; a result is not asked for before. */
const gatewayMilliseconds = 200
const lookEveryMilliseconds = 50
const patienceMilliseconds = 30_000

answerParent(completeMany)

async function completeMany(plan: CompletionPlan): Promise<Completions> {
  const agents = Array.from({ length: plan.parallel }, (_, index) => `agent-${index}`)
  const connections = await Promise.all(agents.map(() => openConnection(plan.port)))
  const delays = createHistogram({ figures: 3 })
  const start = paceClock.now() + beginningMilliseconds
  const end = start + plan.milliseconds
  const busy = performance.eventLoopUtilization()
  let sessions = 0
  const work = async (agentId: string, connection: Connection) => {
    for (let begun = paceClock.now(); begun < end; begun = paceClock.now()) {
      const finished = await completeOne(plan, agentId, connection)
      if (finished < start || finished > end) continue
      sessions += 1
      delays.record(Math.max(1, Math.round((finished - begun) * 1000)))
    }
  }
  try {
    await Promise.all(
      connections.map(async (connection, index) => {
        await pause((index * beginningMilliseconds) / 2 / plan.parallel)
        await work(agents[index] ?? '', connection)
      }),
    )
  } finally {
    for (const { close } of connections) close()
  }
  return {
    sessions,
    milliseconds: plan.milliseconds,
    p50: delays.percentile(50) / 1000,
    p99: delays.percentile(99) / 1000,
    busy: performance.eventLoopUtilization(busy).utilization,
  }
}

/** One payment on a call of its own. Answers when it was read as finished. */
async function completeOne(
  { origin, apiUrl, token, session, keys }: CompletionPlan,
  agentId: string,
  { ask }: Connection,
): Promise<number> {
  const authorization = `Bearer ${token}`
  const send = async (method: 'GET' | 'POST' | 'DELETE', url: string, body?: object) => {
    const headers = { authorization, ...(body && { 'content-type': 'application/json' }) }
    const answer = await ask(
      wireRequest({ method, url, headers, ...(body && { body: JSON.stringify(body) }) }),
    )
    return JSON.parse(answer.toString()) as Record<string, unknown>
  }
  const { callGuid } = await send('POST', `${origin}/sandbox/calls`, { agentId })
  const { sessionGuid } = await send('POST', `${apiUrl}/v1/session`, { ...session, agentId })
  await send('POST', `${origin}/sandbox/calls/${callGuid}/keys`, { keys })
  const deadline = paceClock.now() + patienceMilliseconds
  for (let wait = gatewayMilliseconds; ; wait = lookEveryMilliseconds) {
    await pause(wait)
    const { sessionState } = await send('GET', `${apiUrl}/v1/session/${sessionGuid}`)
    if (sessionState === 'Finished') break
    if (paceClock.now() > deadline) throw new Error(`A session stayed ${sessionState}.`)
  }
  const finished = paceClock.now()
  await send('DELETE', `${origin}/sandbox/calls/${callGuid}`)
  return finished
}
