import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Scenario, withServers } from '../bench.ts'
import { wireRequest } from '../load/load.ts'
import { measure } from '../measure.ts'
import { measureNeighbours } from '../neighbours.ts'
import { floorName, throughputHead, throughputRows } from '../report.ts'
import { expectSameMembers } from '../same-members.ts'
import { newTokenSettings, startBeside } from '../start-beside.ts'
import { credentialsOf, formRequest, postForm, startTonegate } from '../tonegate.ts'

/** So many sign-ins under way fill the threads of libuv, and no queue. */
const connections = 4

/** Sign-ins by the password grant, beside the floor, and what they do to the token endpoint's other clients. */
export const password: Scenario = (bench) =>
  withServers(async (keep) => {
    const data = bench.newFolder('password')
    const tonegate = keep(await startTonegate({ data }))
    const client = credentialsOf(tonegate, 'legacy')
    const { username, password: secret } = tonegate.user
    const floor = keep(
      await startBeside('./floors/password-floor.ts', (origin) => ({
        ...newTokenSettings(client, origin),
        username,
        passwordHash: storedHash(join(data, 'nam.db'), username),
      })),
    )
    const form = { grant_type: 'password', scope: 'globalpci', username, password: secret }
    const urlAt = (origin: string) => `${origin}/auth/connect/token`
    const signInAt = (origin: string) => postForm(urlAt(origin), client, form)
    expectSameMembers(await signInAt(tonegate.origin), await signInAt(floor.origin))

    const signIn = (origin: string) => wireRequest({ url: urlAt(origin), ...formRequest(client, form) })
    const measured = await measure(bench.generator, { ...bench.plan, connections }, [
      { name: 'Tonegate', server: tonegate.server, requests: [signIn(tonegate.origin)] },
      { name: floorName, server: floor.server, requests: [signIn(floor.origin)] },
    ])
    const places = [
      { ...tonegate, name: 'Tonegate', tokenClient: tonegate.client },
      { ...floor, name: floorName, tokenClient: client },
    ].map(({ name, server, origin, tokenClient }) => ({
      name,
      server,
      url: urlAt(origin),
      tokenClient,
      signIn: signIn(origin),
    }))
    return [
      {
        title: 'Sign-in by the password grant',
        about: `Each hashes the password with Argon2id (19 MiB, 2 passes); ${connections} under way at a time.`,
        head: throughputHead('the floor'),
        rows: throughputRows(measured),
        targets: [],
      },
      await measureNeighbours(bench, places),
    ]
  })

/** The hash of a person's password, so that the floor does the same work. */
function storedHash(file: string, username: string): string {
  const database = new DatabaseSync(file, { readOnly: true })
  const row = database.prepare('SELECT password_hash FROM user WHERE username = ?').get(username)
  database.close()
  return String(row?.password_hash)
}
