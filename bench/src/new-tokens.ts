import type { Generator } from './load/generator.ts'
import { wireRequest } from './load/load.ts'
import { type ClientCredentials, tokenRequest } from './tonegate.ts'

/** Has a server issue access tokens by client credentials, each another. */
export async function newTokens(
  generator: Generator,
  { origin, client }: { readonly origin: string; readonly client: ClientCredentials },
  count: number,
): Promise<readonly string[]> {
  const url = `${origin}/auth/connect/token`
  const { kept } = await generator.run({
    port: Number(new URL(origin).port),
    requests: [wireRequest({ url, ...tokenRequest(client) })],
    connections: Math.min(count, 32),
    until: { answers: count },
    keep: 'access_token',
  })
  return kept
}
