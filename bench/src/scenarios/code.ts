import { join } from 'node:path'
import { type Scenario, withServers } from '../bench.ts'
import { wireRequest } from '../load/load.ts'
import { measure } from '../measure.ts'
import { count, floorName, throughputHead, throughputRows } from '../report.ts'
import { expectSameMembers } from '../same-members.ts'
import { codeChallenge, codeVerifier, signIn } from '../sign-in.ts'
import { newTokenSettings, startBeside } from '../start-beside.ts'
import { newestRowBytes } from '../stored-bytes.ts'
import { credentialsOf, formRequest, postForm, startTonegate } from '../tonegate.ts'

const codesPerSecond = 2000

/** The exchange of authorization codes with PKCE, durable, beside its floor and oidc-provider. */
export const code: Scenario = ({ generator, plan, newFolder }) =>
  withServers(async (keep) => {
    const data = newFolder('code')
    const tonegate = keep(await startTonegate({ data }))
    const client = credentialsOf(tonegate, 'store')
    const browser = await signIn(tonegate, client)
    const newCodes = (number: number) => browser.newCodes(client, 'globalpci', number)
    const exchange = (value: string) => ({
      grant_type: 'authorization_code',
      code: value,
      redirect_uri: client.redirectUri,
      code_verifier: codeVerifier,
    })
    const redeem = (origin: string, [value = '']: readonly string[]) =>
      postForm(`${origin}/auth/connect/token`, client, exchange(value))
    const ours = await redeem(tonegate.origin, await newCodes(1))
    const rowBytes = newestRowBytes(join(data, 'nam.db'), 'authorization_code')

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
    const newCodesAt = async (origin: string, number: number): Promise<readonly string[]> =>
      (await fetch(`${origin}/new/${number}?challenge=${codeChallenge}`)).json() as Promise<readonly string[]>
    expectSameMembers(ours, await redeem(floor.origin, await newCodesAt(floor.origin, 1)))

    const each = Math.round((codesPerSecond * plan.milliseconds) / 1000)
    const requests = (origin: string, codes: readonly string[]) =>
      codes.map((value) =>
        wireRequest({ url: `${origin}/auth/connect/token`, ...formRequest(client, exchange(value)) }),
      )
    const measured = await measure(generator, plan, [
      {
        name: 'Tonegate',
        server: tonegate.server,
        requests: async () => requests(tonegate.origin, await newCodes(each)),
        eachOnce: true,
      },
      {
        name: floorName,
        server: floor.server,
        requests: async () => requests(floor.origin, await newCodesAt(floor.origin, each)),
        eachOnce: true,
      },
      {
        name: 'oidc-provider (in memory)',
        server: peer.server,
        requests: async () => requests(peer.origin, await newCodesAt(peer.origin, each)),
        eachOnce: true,
      },
    ])
    return [
      {
        title: 'Code exchange',
        about: `With PKCE (S256); a round exchanges ${count(each)} codes that were made just before it, each once, and that a code was used is durable before the answer; ${rowBytes} bytes stored each. \`oidc-provider\` keeps its codes in memory, so that it pays for no disk.`,
        head: throughputHead('the floor'),
        rows: throughputRows(measured),
        targets: [],
      },
    ]
  })
