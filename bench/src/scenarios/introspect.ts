import { type Scenario, withServers } from '../bench.ts'
import { wireRequest } from '../load/load.ts'
import { measure } from '../measure.ts'
import { newTokens } from '../new-tokens.ts'
import { floorName, throughputHead, throughputRows } from '../report.ts'
import { expectSameMembers } from '../same-members.ts'
import { newTokenSettings, signTokens, startBeside } from '../start-beside.ts'
import { credentialsOf, formRequest, postForm, startTonegate } from '../tonegate.ts'

const tokens = 200

/** Introspection of live access tokens that were seen before, beside its floor and oidc-provider. */
export const introspect: Scenario = ({ generator, plan, newFolder }) =>
  withServers(async (keep) => {
    const tonegate = keep(await startTonegate({ data: newFolder('introspect') }))
    const asker = credentialsOf(tonegate, 'resource-server')
    const floor = keep(
      await startBeside('./floors/introspection-floor.ts', (origin) => newTokenSettings(asker, origin)),
    )
    const peer = keep(
      await startBeside('./peers/oidc-provider-grants.ts', (origin) => ({
        ...newTokenSettings(asker, origin),
        redirectUri: `${origin}/callback`,
        accessTokenFormat: 'opaque',
      })),
    )
    const issued = {
      tonegate: await newTokens(generator, tonegate, tokens),
      floor: await signTokens(floor.settings, tokens),
      peer: await newTokens(generator, { ...peer, client: asker }, tokens),
    }

    const urlAt = (origin: string) => `${origin}/auth/connect/introspect`
    const look = (origin: string, token = '') => postForm(urlAt(origin), asker, { token })
    const answers = {
      tonegate: await look(tonegate.origin, issued.tonegate[0]),
      floor: await look(floor.origin, issued.floor[0]),
      peer: await look(peer.origin, issued.peer[0]),
    }
    for (const { active } of Object.values(answers)) {
      if (active !== true) throw new Error('A live token was called inactive.')
    }
    expectSameMembers(answers.tonegate, answers.floor)

    const requests = (origin: string, each: readonly string[]) =>
      each.map((token) => wireRequest({ url: urlAt(origin), ...formRequest(asker, { token }) }))
    const measured = await measure(generator, plan, [
      { name: 'Tonegate', server: tonegate.server, requests: requests(tonegate.origin, issued.tonegate) },
      { name: floorName, server: floor.server, requests: requests(floor.origin, issued.floor) },
      { name: 'oidc-provider', server: peer.server, requests: requests(peer.origin, issued.peer) },
    ])
    return [
      {
        title: 'Introspection',
        about: `${tokens} live access tokens in turn, all of them seen before, asked for by a resource server with Basic. Tonegate's and the floor's are JWTs; \`oidc-provider\` introspects only opaque tokens, which it looks up in memory.`,
        head: throughputHead('the floor'),
        rows: throughputRows(measured),
        targets: [],
      },
    ]
  })
