import { administer } from '../administer.ts'
import { type Bench, type Scenario, withServers } from '../bench.ts'
import { type LoadResult, perSecond, wireRequest } from '../load/load.ts'
import { type Receipts, type Receiver, startReceiver } from '../load/receiving.ts'
import { median } from '../measure.ts'
import type { LoopDelay } from '../probe.ts'
import { count, decimal, maxTarget, percent } from '../report.ts'
import { requestToken, sessionBody, startTonegate, type TonegateUnderTest } from '../tonegate.ts'

const sessionsPerSecond = 1000
/** Account configurations that are put beside the sandbox's own. */
const withWebhook = 20
const withoutWebhook = 21
const patienceMilliseconds = 60_000
const maxBehindMilliseconds = 1000

interface Round {
  readonly ended: LoadResult
  /** Undefined where nobody is told. */
  readonly receipts: Receipts | undefined
  readonly loopDelay: LoopDelay
}

interface Way {
  readonly name: string
  readonly configurationId: number
  /** Undefined: as many as there can be. */
  readonly perSecond?: number
}

const ways: readonly Way[] = [
  {
    name: `${count(sessionsPerSecond)} a second`,
    configurationId: withWebhook,
    perSecond: sessionsPerSecond,
  },
  { name: 'as many as there can be', configurationId: withWebhook },
  { name: 'as many as there can be, without a webhook', configurationId: withoutWebhook },
]

/** Sessions that end, and how soon their webhooks are with a receiver that answers at once. */
export const webhooks: Scenario = (bench) =>
  withServers(async (keep) => {
    const data = bench.newFolder('webhooks')
    const tonegate = keep(await startTonegate({ data }))
    const receiver = await startReceiver()
    const rounds = ways.map((): Round[] => [])
    try {
      await configure(data, receiver.port)
      const token = await requestToken(tonegate)
      const seconds = bench.plan.milliseconds / 1000
      await measureRound(
        bench,
        tonegate,
        token,
        receiver,
        { name: 'warm-up', configurationId: withWebhook },
        1000,
      )
      for (let round = 0; round < bench.plan.rounds; round += 1) {
        for (const [index, way] of ways.entries()) {
          const sessions = Math.round(sessionsPerSecond * seconds)
          rounds[index]?.push(await measureRound(bench, tonegate, token, receiver, way, sessions))
        }
      }
    } finally {
      await receiver.stop()
    }
    const behind = Math.max(...(rounds[0] ?? []).map(({ receipts }) => receipts?.p99 ?? Number.NaN))
    return [
      {
        title: 'Webhooks',
        about:
          'Sessions that are open are ended by `POST /v1/session/{sessionGuid}/cancel`; each end is posted, signed, to a receiver in a process of its own that answers at once. Behind: milliseconds from the end that the message tells of to its arrival. Medians of the rounds, but for the longest.',
        head: [
          'Sessions ended',
          'ended/s',
          'webhooks/s',
          'behind p50 ms',
          'p99 ms',
          'longest ms',
          'cancel p99 ms',
          'server’s CPU',
          'receiver busy',
        ],
        rows: ways.map(({ name }, index) => row(name, rounds[index] ?? [])),
        targets: [
          maxTarget(
            `Webhooks behind, p99 at ${count(sessionsPerSecond)} sessions/s`,
            behind,
            maxBehindMilliseconds,
            ' ms',
          ),
        ],
      },
    ]
  })

async function measureRound(
  { generator, plan: { connections } }: Bench,
  { server, apiUrl }: TonegateUnderTest,
  token: string,
  receiver: Receiver,
  way: Way,
  sessions: number,
): Promise<Round> {
  const headers = { authorization: `Bearer ${token}` }
  const asked = { port: server.port, connections, until: { answers: sessions } }
  const open = wireRequest({
    method: 'POST',
    url: `${apiUrl}/v1/session`,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(sessionBody(way.configurationId)),
  })
  const { kept } = await generator.run({ ...asked, requests: [open], keep: 'sessionGuid' })
  const requests = kept.map((guid) =>
    wireRequest({ method: 'POST', url: `${apiUrl}/v1/session/${guid}/cancel`, headers }),
  )
  await server.watchLoop()
  const { perSecond: pace } = way
  const until = { answers: requests.length }
  const ended = await generator.run({
    port: server.port,
    connections,
    requests,
    until,
    ...(pace !== undefined && { perSecond: pace }),
  })
  const isTold = way.configurationId === withWebhook
  const receipts = isTold ? await receiver.messages(requests.length, patienceMilliseconds) : undefined
  return { ended, receipts, loopDelay: await server.loopDelay() }
}

function row(name: string, rounds: readonly Round[]): readonly string[] {
  const middle = (figure: (round: Round) => number) => median(rounds.map(figure))
  const told = rounds.flatMap(({ receipts }) => (receipts ? [receipts] : []))
  const ofReceipts = (figure: (receipts: Receipts) => number, write: (value: number) => string) =>
    told.length === 0 ? '' : write(median(told.map(figure)))
  return [
    name,
    count(middle(({ ended }) => perSecond(ended))),
    ofReceipts(({ messages, milliseconds }) => (messages * 1000) / milliseconds, count),
    ofReceipts(({ p50 }) => p50, count),
    ofReceipts(({ p99 }) => p99, count),
    told.length === 0 ? '' : count(Math.max(...told.map(({ longest }) => longest))),
    decimal(middle(({ ended }) => ended.p99)),
    percent(middle(({ loopDelay }) => loopDelay.cores)),
    ofReceipts(({ busy }) => busy, percent),
  ]
}

/** Puts the two configurations, as an operator does. */
async function configure(data: string, port: number): Promise<void> {
  const account = ['--account', 'Demo nam']
  await administer(data, ['webhook', 'add-secret', 'bench', ...account])
  const { webhook: _, ...shown } = JSON.parse(
    await administer(data, ['configuration', 'show', '0', ...account]),
  )
  const webhook = {
    url: `http://127.0.0.1:${port}/ended`,
    signingSecret: 'bench',
    privateAddresses: 'allowed',
  }
  const put = (configuration: object) =>
    administer(data, ['configuration', 'put', '-', ...account], { piped: JSON.stringify(configuration) })
  await put({ ...shown, id: withoutWebhook, name: 'Without a webhook' })
  await put({ ...shown, id: withWebhook, name: 'With a webhook', webhook })
}
