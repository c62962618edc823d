import { type Bench, type Scenario, withServers } from '../bench.ts'
import type { KeysFloor } from '../floors/keys-floor.ts'
import { startWatcher } from '../load/watching.ts'
import { type Contender, measure } from '../measure.ts'
import {
  connectPhoneSystem,
  keysRequest,
  type PhoneCall,
  type PhoneSystem,
  reportCalls,
  sessionOn,
} from '../phone-calls.ts'
import { floorName, throughputHead, throughputRows } from '../report.ts'
import { startBeside } from '../start-beside.ts'
import { requestToken, startTonegate } from '../tonegate.ts'

const calls = 1_000
/** Two of these are no whole card number. */
const entry = '4123567*'
const atOnce = [1, 64] as const
const maxRoundMilliseconds = 1_500
const maxWarmUpMilliseconds = 1_000

/** `POST …/keys`, one key each, beside a route that only checks the platform's key. */
export const keys: Scenario = (bench) =>
  withServers(async (keep) => {
    const data = bench.newFolder('keys')
    const tonegate = keep(await startTonegate({ data }))
    const watcher = startWatcher()
    try {
      const urls = await watcher.startPhoneSystems()
      const phoneSystem = await connectPhoneSystem(tonegate, { data, kind: 'http', urls })
      const agents = Array.from({ length: calls }, (_, index) => `agent-${index}`)
      const reported = await reportCalls(phoneSystem, agents)
      const token = await requestToken(tonegate)
      const sessions = reported.map((call) => sessionOn(tonegate, token, call))
      await watcher.secure({ port: tonegate.server.port, perSecond: 500, connections: 32, sessions })

      const settings: KeysFloor = { key: phoneSystem.key }
      const floor = keep(await startBeside('./floors/keys-floor.ts', () => settings))
      const requestsAt = (callsUrl: string) => keysOf({ ...phoneSystem, callsUrl }, reported)
      return [
        await measureKeys(bench, [
          { name: 'Tonegate', server: tonegate.server, requests: requestsAt(phoneSystem.callsUrl) },
          {
            name: floorName,
            server: floor.server,
            requests: requestsAt(`${floor.origin}/calls/v1/calls`),
          },
        ]),
      ]
    } finally {
      await watcher.stop()
    }
  })

/**
 * What all callers press, one after the other, again and again: an entry that is cleared before it can be whole, so that no
 * session gets further however often this begins anew. Each caller is at another key of it.
 */
function keysOf(phoneSystem: PhoneSystem, of: readonly PhoneCall[]): readonly string[] {
  return [...entry].flatMap((_, step) =>
    of.map(({ callGuid }, index) => {
      const key = entry[(step + index) % entry.length]
      return keysRequest(phoneSystem, callGuid, JSON.stringify({ keys: key }))
    }),
  )
}

async function measureKeys({ generator, plan }: Bench, contenders: readonly Contender[]) {
  const rows: (readonly string[])[] = []
  for (const connections of atOnce) {
    const shorter = {
      rounds: plan.rounds,
      connections,
      milliseconds: Math.min(plan.milliseconds, maxRoundMilliseconds),
      warmUpMilliseconds: Math.min(plan.warmUpMilliseconds, maxWarmUpMilliseconds),
    }
    const measured = await measure(generator, shorter, contenders)
    rows.push(
      ...throughputRows(measured).map(([name = '', ...rest]) => [`${name}, ${connections} at once`, ...rest]),
    )
  }
  return {
    title: 'Keys a second, by POST …/keys',
    about:
      'One key in each request, on 1 000 calls in turn, each with a session that takes it. Every eighth key clears the entry: that is written to disk, and the phone system is asked to say the next prompt, about as often as while a whole card is entered. No agent view is open. Rounds of at most 1.5 s.',
    head: throughputHead('the floor'),
    rows,
    targets: [],
  }
}
