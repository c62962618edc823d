import { join } from 'node:path'
import { type Scenario, withServers } from '../bench.ts'
import { type Chain, wireRequest } from '../load/load.ts'
import { measure } from '../measure.ts'
import { floorName, throughputHead, throughputRows } from '../report.ts'
import { expectSameMembers } from '../same-members.ts'
import { codeVerifier, signIn } from '../sign-in.ts'
import { newTokenSettings, startBeside } from '../start-beside.ts'
import { newestRowBytes } from '../stored-bytes.ts'
import { type ClientCredentials, credentialsOf, formRequest, postForm, startTonegate } from '../tonegate.ts'

const scope = 'globalpci offline_access'

/** Rotation of refresh tokens, durable, beside its floor and oidc-provider. */
export const refresh: Scenario = ({ generator, plan, newFolder }) =>
  withServers(async (keep) => {
    const data = newFolder('refresh')
    const tonegate = keep(await startTonegate({ data }))
    const client = credentialsOf(tonegate, 'store')
    const browser = await signIn(tonegate, client)
    const newTokens = async (count: number) => {
      const codes = await browser.newCodes(client, scope, count)
      const answers = codes.map((code) =>
        postForm(tokenUrl(tonegate), client, {
          grant_type: 'authorization_code',
          code,
          redirect_uri: client.redirectUri,
          code_verifier: codeVerifier,
        }),
      )
      return (await Promise.all(answers)).map(({ refresh_token: token }) => String(token))
    }
    const ours = await rotate(tonegate, client, await newTokens(1))
    const rowBytes = newestRowBytes(join(data, 'nam.db'), 'refresh_token')

    const floor = keep(
      await startBeside('./floors/grants-floor.ts', (origin) => ({
        ...newTokenSettings(client, origin),
        file: join(newFolder('grants-floor'), 'floor.db'),
        rowBytes,
      })),
    )
    const peer = keep(
      await startBeside('./peers/oidc-provider-grants.ts', (origin) => ({
        ...newTokenSettings(client, origin),
        redirectUri: client.redirectUri,
        accessTokenFormat: 'jwt',
      })),
    )
    const newTokensAt = async ({ origin }: Place, count: number): Promise<readonly string[]> =>
      (await fetch(`${origin}/new/${count}`)).json() as Promise<readonly string[]>
    expectSameMembers(ours, await rotate(floor, client, await newTokensAt(floor, 1)))

    const { connections } = plan
    const measured = await measure(generator, plan, [
      {
        name: 'Tonegate',
        server: tonegate.server,
        requests: async () => chains(tonegate, client, await newTokens(connections)),
      },
      {
        name: floorName,
        server: floor.server,
        requests: async () => chains(floor, client, await newTokensAt(floor, connections)),
      },
      {
        name: 'oidc-provider (in memory)',
        server: peer.server,
        requests: async () => chains(peer, client, await newTokensAt(peer, connections)),
      },
    ])
    return [
      {
        title: 'Refresh token rotation',
        about: `Each connection sends the refresh token of its own previous answer; the next one is durable before the answer, ${rowBytes} bytes stored each. \`oidc-provider\` keeps its tokens in memory, so that it pays for no disk.`,
        head: throughputHead('the floor'),
        rows: throughputRows(measured),
        targets: [],
      },
    ]
  })

interface Place {
  readonly origin: string
}

const tokenUrl = ({ origin }: Place): string => `${origin}/auth/connect/token`

const rotation = (token: string) => ({ grant_type: 'refresh_token', refresh_token: token })

const rotate = (place: Place, client: ClientCredentials, [token = '']: readonly string[]) =>
  postForm(tokenUrl(place), client, rotation(token))

const chains = (place: Place, client: ClientCredentials, tokens: readonly string[]): readonly Chain[] =>
  tokens.map((token) => ({
    request: wireRequest({ url: tokenUrl(place), ...formRequest(client, rotation(token)) }),
    value: token,
    member: 'refresh_token',
  }))
