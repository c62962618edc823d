import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { type Scenario, withServers } from '../bench.ts'
import { perSecond, wireRequest } from '../load/load.ts'
import { paceClock } from '../load/pace.ts'
import { median } from '../measure.ts'
import { newTokens } from '../new-tokens.ts'
import { count, maxTarget } from '../report.ts'
import { freePort, startServer } from '../server-process.ts'
import {
  type ClientCredentials,
  credentialsOf,
  formRequest,
  postForm,
  startTonegate,
  tokenRequest,
} from '../tonegate.ts'

const tokensPerSecond = 10_000
const revocationsPerSecond = 5
const lookEveryMilliseconds = 20
const maxMilliseconds = 1000
const patienceMilliseconds = 10_000

/** How long after a revocation at one process another one on the same database still takes the token. */
export const revocation: Scenario = ({ generator, plan, newFolder }) =>
  withServers(async (keep) => {
    const data = newFolder('revocation')
    const environment = { TONEGATE_DOMAIN: 'bench.example' }
    const one = keep(await startTonegate({ data, environment }))
    const port = await freePort()
    const reader = { ...environment, HOST: '127.0.0.1', PORT: String(port), TONEGATE_DATA: data }
    keep({ server: await startServer({ entry: './token-reader.ts', port, environment: reader }) })
    const nodes: Nodes = {
      one: one.origin,
      other: `http://127.0.0.1:${port}`,
      client: one.client,
      resourceServer: credentialsOf(one, 'resource-server'),
    }
    const milliseconds = plan.rounds * plan.milliseconds
    const number = Math.max(1, Math.floor(((milliseconds - maxMilliseconds) * revocationsPerSecond) / 1000))
    const tokens = await newTokens(generator, one, number)

    const loading = generator.run({
      port: one.server.port,
      requests: [wireRequest({ url: `${one.origin}/auth/connect/token`, ...tokenRequest(one.client) })],
      connections: plan.connections,
      until: { milliseconds },
      perSecond: tokensPerSecond,
    })
    const following = tokens.map(async (token, index) => {
      await pause((index * 1000) / revocationsPerSecond)
      return follow(nodes, token)
    })
    const [load, ...delays] = await Promise.all([loading, ...following])
    const longest = Math.max(...delays.flatMap(({ asked, used }) => [asked, used]))
    const row = (name: string, each: readonly number[]) => [
      name,
      count(median(each)),
      count(Math.max(...each)),
    ]
    return [
      {
        title: 'Revocation, until another process knows',
        about: `A server, and a second process on its database that is the identity server alone. ${number} tokens, which the second has seen, are revoked at the first, while that issues ${count(perSecond(load))} tokens a second (${count(tokensPerSecond)} are asked for); then the second is asked every ${lookEveryMilliseconds} ms. Milliseconds from the answer of the revocation to the answer of the first refusal.`,
        head: ['Refused by the second', 'p50 ms', 'longest ms'],
        rows: [
          row(
            'introspection',
            delays.map(({ asked }) => asked),
          ),
          row(
            'the Payment API',
            delays.map(({ used }) => used),
          ),
        ],
        targets: [maxTarget('Revocation known everywhere', longest, maxMilliseconds, ' ms')],
      },
    ]
  })

interface Nodes {
  /** Origin of the process that revokes, and of the one that has to know. */
  readonly one: string
  readonly other: string
  /** Whose tokens are revoked. */
  readonly client: ClientCredentials
  readonly resourceServer: ClientCredentials
}

/** Revokes one token and answers after how many milliseconds it was refused. */
async function follow(
  nodes: Nodes,
  token: string,
): Promise<{ readonly asked: number; readonly used: number }> {
  const { one, other, client, resourceServer } = nodes
  const isActive = async () =>
    (await postForm(`${other}/auth/connect/introspect`, resourceServer, { token })).active === true
  const isTaken = () => isTakenAt(`${other}/globalpci/v1/session/${randomUUID()}`, token)
  if (!(await isActive()) || !(await isTaken())) throw new Error('A live token was refused.')

  const answer = await fetch(`${one}/auth/connect/revocation`, formRequest(client, { token }))
  if (answer.status !== 200) throw new Error(`The revocation was answered with ${answer.status}.`)
  const revokedAt = paceClock.now()
  const until = async (isGood: () => Promise<boolean>) => {
    while (await isGood()) {
      if (paceClock.now() - revokedAt > patienceMilliseconds) throw new Error('A revoked token stays good.')
      await pause(lookEveryMilliseconds)
    }
    return paceClock.now() - revokedAt
  }
  const [asked, used] = await Promise.all([until(isActive), until(isTaken)])
  return { asked, used }
}

/** Whether the Payment API lets the token in: it then says that there is no such session. */
async function isTakenAt(url: string, token: string): Promise<boolean> {
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
  await answer.arrayBuffer()
  if (answer.status !== 401 && answer.status !== 404) throw new Error(`${url} answered ${answer.status}.`)
  return answer.status === 404
}
