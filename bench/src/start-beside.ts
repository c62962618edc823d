import { generateKeyPairSync } from 'node:crypto'
import { createAccessTokens, type TokenSettings } from './floors/access-token.ts'
import { freePort, type ServerProcess, startServer } from './server-process.ts'
import type { ClientCredentials } from './tonegate.ts'

/** A floor or a peer that runs, where it is, and the settings that it was given. */
export interface Beside<Settings> {
  readonly server: ServerProcess
  readonly origin: string
  readonly settings: Settings
}

/** Starts a floor or a peer, which takes its settings as JSON. `entry` is relative to this folder. */
export async function startBeside<Settings extends object>(
  entry: string,
  settingsAt: (origin: string) => Settings,
): Promise<Beside<Settings>> {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const settings = settingsAt(origin)
  const server = await startServer({ entry, port, args: [JSON.stringify({ port, ...settings })] })
  return { server, origin, settings }
}

/** The settings of a server that signs with a new ES256 key and knows one client. */
export function newTokenSettings(client: ClientCredentials, origin: string): TokenSettings {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    algorithm: 'ES256',
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    issuer: `${origin}/auth`,
    audience: `${origin}/globalpci`,
    client: { id: client.id, secret: client.secret, account: 1 },
  }
}

/** Access tokens as a server with these settings would issue them. */
export function signTokens(settings: TokenSettings, count: number): Promise<readonly string[]> {
  const signAccessToken = createAccessTokens(settings)
  const sign = () =>
    new Promise<string>((resolve, reject) =>
      signAccessToken('globalpci', (error, token) => (error ? reject(error) : resolve(token))),
    )
  return Promise.all(Array.from({ length: count }, sign))
}
