import { type Bench, type Scenario, withServers } from '../bench.ts'
import { startWatcher, type Watcher } from '../load/watching.ts'
import { type Contender, measure } from '../measure.ts'
import { connectPhoneSystem, reportCalls } from '../phone-calls.ts'
import {
  dotsP99,
  keysPerCaller,
  lostIn,
  measureScreens,
  openSessions,
  type Screens,
  screensHead,
  screensRow,
} from '../pressed-calls.ts'
import {
  count,
  decimal,
  maxTarget,
  ratioTarget,
  type Section,
  throughputHead,
  throughputRow,
} from '../report.ts'
import { type StartedNodes, startNodes } from '../start-nodes.ts'
import { openSessionRequests, requestToken, type TonegateUnderTest } from '../tonegate.ts'
import { withPostgres } from '../with-postgres.ts'

const mostNodes = 4
const agents = 1_000
const calls = 1_000
const sessionsPerSecond = 100
const maxMilliseconds = 25

/** Several nodes on one PostgreSQL: opening sessions at one, two and four, and keys that come in at a node that has not the session. */
export const nodes: Scenario = (bench) =>
  withPostgres((environmentFor) =>
    withServers(async (keep) => {
      const started = await startNodes(bench, keep, environmentFor, mostNodes)
      const opening = await measureOpening(bench, started)
      const [, , ...spare] = started.nodes
      await Promise.all(spare.map(({ server }) => server.stop()))
      return [opening, await measureKeys(bench, started)]
    }),
  )

async function measureOpening({ generator, plan }: Bench, { nodes }: StartedNodes): Promise<Section> {
  const [first] = nodes
  if (!first) throw new Error('No node was started.')
  const requests = openSessionRequests(first.apiUrl, await requestToken(first), agents)
  const at = (name: string, number: number): Contender => ({
    name,
    server: first.server,
    besides: nodes.slice(1, number).map(({ server }) => server),
    requests,
  })
  const measured = await measure(generator, plan, [
    at('one node', 1),
    at('two nodes', 2),
    at('four nodes', 4),
  ])
  const [one, two, four] = measured
  if (!one || !two || !four) throw new Error('A contender was not measured.')
  return {
    title: 'POST /v1/session at several nodes',
    about: `${mostNodes} nodes of one PostgreSQL database with its files on disk, and fsync, all on the same processors as the load: no node adds any, so that this is what it costs to be several. The connections go to one, two or all of the nodes in turn; the others are idle.`,
    head: throughputHead('one node'),
    rows: measured.map((each) => throughputRow(each, one)),
    targets: [
      ratioTarget('POST at two nodes on the same processors, of one', [two, one], 0.9),
      ratioTarget('POST at four nodes on the same processors, of one', [four, one], 0.75),
    ],
  }
}

/** Each way has callers of its own; all of their sessions are at the first node. */
async function measureKeys(bench: Bench, started: StartedNodes): Promise<Section> {
  const [first, second] = started.nodes
  if (!first || !second) throw new Error('Two nodes were not started.')
  const watchers = [startWatcher(), startWatcher()] as const
  try {
    const token = await requestToken(first)
    const open = async (name: string, watcher: Watcher, through: TonegateUnderTest): Promise<Screens> => {
      await openCalls(started, { name, token, first, through, watcher })
      return { way: { name }, server: through.server, watcher }
    }
    return keysSection(
      await measureScreens(
        bench,
        [
          await open('the node that has the session', watchers[0], first),
          await open('another node', watchers[1], second),
        ],
        calls,
      ),
    )
  } finally {
    await Promise.all(watchers.map((watcher) => watcher.stop()))
  }
}

/** Calls of a phone system of their own, with sessions at the first node whose screens and keys go through another. */
async function openCalls(
  { data, environment }: Pick<StartedNodes, 'data' | 'environment'>,
  {
    name,
    token,
    first,
    through,
    watcher,
  }: {
    readonly name: string
    readonly token: string
    readonly first: TonegateUnderTest
    readonly through: TonegateUnderTest
    readonly watcher: Watcher
  },
): Promise<void> {
  const urls = await watcher.startPhoneSystems()
  const phoneSystem = await connectPhoneSystem(first, { data, environment, kind: 'http', urls, name })
  const reported = await reportCalls(
    phoneSystem,
    Array.from({ length: calls }, (_, index) => `${name}-${index}`),
  )
  const place = { tonegate: first, token, phoneSystem, watcher, through }
  await openSessions(place, reported, sessionsPerSecond)
}

function keysSection(measured: Awaited<ReturnType<typeof measureScreens>>): Section {
  const [atOwner, elsewhere] = measured
  if (!atOwner || !elsewhere) throw new Error('A way was not measured.')
  const [ownerP99, elsewhereP99] = [dotsP99(atOwner), dotsP99(elsewhere)]
  return {
    title: 'From a key to the agent’s screen, through another node',
    about: `Two nodes of one PostgreSQL database. ${count(2 * calls)} calls of a phone system, whose sessions are all at the first node, every screen open; on half of them keys come in, and screens are open, at that node, on the other half at the second one, which passes both on. Every caller presses ${keysPerCaller} keys a second, one caller after the other, on one half at a time. Milliseconds from the moment at which the phone system was due to send the key until its dot had arrived at the client that watches the session; medians of the rounds, and the longest. The event loop and the processor time are of the node that the keys come to. Rounds of at most 1.5 s. p99 through the other node is ${decimal(elsewhereP99 / ownerP99)} times that at the node that has the session.`,
    head: screensHead,
    rows: measured.map(screensRow),
    targets: [
      maxTarget(
        `Key to screen through another node, ${count(calls)} calls, p99`,
        elsewhereP99,
        maxMilliseconds,
        ' ms',
      ),
      maxTarget('Keys through another node, lost', lostIn(elsewhere.rounds), 0),
    ],
  }
}
