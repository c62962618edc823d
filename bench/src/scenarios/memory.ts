import { type Scenario, withServers } from '../bench.ts'
import type { Memory } from '../probe.ts'
import { decimal } from '../report.ts'
import { openSessionRequest, requestToken, startTonegate } from '../tonegate.ts'

const sessions = 10_000

/** What ten thousand open sessions occupy. */
export const memory: Scenario = ({ generator, plan, newFolder }) =>
  withServers(async (keep) => {
    const { server, ...tonegate } = keep(await startTonegate({ data: newFolder('memory') }))
    const token = await requestToken({ server, ...tonegate })
    const before = await server.memory()
    const { answers } = await generator.run({
      port: server.port,
      requests: [openSessionRequest(tonegate.apiUrl, token)],
      connections: plan.connections,
      until: { answers: sessions },
    })
    if (answers !== sessions) throw new Error(`${answers} sessions were opened instead of ${sessions}.`)
    const after = await server.memory()
    return [
      {
        title: 'Memory at 10 000 open sessions',
        about: 'After a garbage collection; sessions opened through the API.',
        head: ['', 'RSS MiB', 'heap used MiB'],
        rows: [
          ['after the start', mebibytes(before.resident), mebibytes(before.heapUsed)],
          ['with 10 000 open sessions', mebibytes(after.resident), mebibytes(after.heapUsed)],
          ['KiB a session', each('resident', before, after), each('heapUsed', before, after)],
        ],
        targets: [],
      },
    ]
  })

const mebibytes = (bytes: number): string => (bytes / 1024 ** 2).toFixed(1)

const each = (what: keyof Memory, before: Memory, after: Memory): string =>
  decimal((after[what] - before[what]) / 1024 / sessions)
