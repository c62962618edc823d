import { generateKeyPairSync } from 'node:crypto'
import { type Bench, type Scenario, withServers } from '../bench.ts'
import type { Algorithm, TokenSettings } from '../floors/access-token.ts'
import { wireRequest } from '../load/load.ts'
import { type Contender, measure, type Plan } from '../measure.ts'
import { ratioTarget, type Section, spread, throughputHead, throughputRow } from '../report.ts'
import { freePort, startServer } from '../server-process.ts'
import { startTonegate, tokenRequest } from '../tonegate.ts'

const others = [
  ['bare Fastify (floor)', './floors/token-floor.ts'],
  ['oidc-provider', './peers/oidc-provider.ts'],
  ['oauth2-server on Fastify', './peers/oauth2-server.ts'],
] as const

/**
 * A token by ES256 costs so little that whatever else the machine does counts for as much: more rounds, each of them shorter,
 * say how much that is.
 */
const roundsOf = { ES256: 9, RS256: 3 } as const
const maxRoundMilliseconds = 3_000

const targets = { ES256: 0.85, RS256: 0.9 } as const

/** The token endpoint by each algorithm, beside its floor and two libraries. */
export const token: Scenario = async (bench) => [
  await measureTokens(bench, 'ES256'),
  await measureTokens(bench, 'RS256'),
]

const measureTokens = ({ generator, plan, newFolder }: Bench, algorithm: Algorithm): Promise<Section> =>
  withServers(async (keep) => {
    const tonegate = keep(
      await startTonegate({
        data: newFolder(`token-${algorithm}`),
        environment: { TONEGATE_SIGNING_ALGORITHM: algorithm },
      }),
    )
    const contenders: Contender[] = [
      {
        name: 'Tonegate',
        server: tonegate.server,
        requests: [wireRequest({ url: tonegate.tokenUrl, ...tokenRequest(tonegate.client) })],
      },
    ]
    const privateKey = newPrivateKey(algorithm)
    for (const [name, entry] of others) {
      const port = await freePort()
      const origin = `http://127.0.0.1:${port}`
      const settings: TokenSettings = {
        algorithm,
        privateKey,
        issuer: `${origin}/auth`,
        audience: `${origin}/globalpci`,
        client: { ...tonegate.client, account: 1 },
      }
      const server = keep(await startServer({ entry, port, args: [JSON.stringify({ port, ...settings })] }))
      const url = `${origin}/auth/connect/token`
      contenders.push({ name, server, requests: [wireRequest({ url, ...tokenRequest(tonegate.client) })] })
    }

    const [ours, floor, oidcProvider, oauth2Server] = await measure(
      generator,
      shortened(plan, algorithm),
      contenders,
    )
    if (!ours || !floor || !oidcProvider || !oauth2Server) throw new Error('A contender was not measured.')
    return {
      title: `Token endpoint, ${algorithm}`,
      about: `Client credentials by Basic; every answer holds a fresh JWT. Rounds of at most ${maxRoundMilliseconds / 1000} s. In ${ours.rounds.length} rounds Tonegate was at ${spread(ours, floor)} of the floor, and at ${spread(ours, oidcProvider)} times oidc-provider.`,
      head: throughputHead('the floor'),
      rows: [ours, floor, oidcProvider, oauth2Server].map((each) => throughputRow(each, floor)),
      targets: [
        ratioTarget(`Tokens (${algorithm}), of the floor`, [ours, floor], targets[algorithm]),
        ...(algorithm === 'ES256'
          ? [ratioTarget('Tokens (ES256), times oidc-provider', [ours, oidcProvider], 3)]
          : []),
      ],
    }
  })

const shortened = (plan: Plan, algorithm: Algorithm): Plan => ({
  ...plan,
  rounds: roundsOf[algorithm],
  milliseconds: Math.min(plan.milliseconds, maxRoundMilliseconds),
})

function newPrivateKey(algorithm: Algorithm): string {
  const { privateKey } =
    algorithm === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}
