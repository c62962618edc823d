import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryCanBeRead } from './harness/test-memory.ts'
import { startWatchedTonegate } from './harness/test-watched-tonegate.ts'

const options = { skip: !memoryCanBeRead && 'only Linux shows a process the memory of its children' }

test(
  'passwords and client secrets that were sent in a form are not in the memory of the process',
  options,
  async (t) => {
    const { origin, region, admin, search } = await startWatchedTonegate(t)
    const { tokenUrl } = region
    const [legacy, store] = ['legacy', 'store'].map((name) =>
      region.clients.find((client) => client.name === name),
    )
    const { provider, users } = region
    const person = users[0]?.username ?? ''
    const right = 'wistful-otter-71-canary'
    await admin(['user', 'set-password', person], right)
    const secret = (what: string) => `${what}-zq81-${'canary'.repeat(4)}`
    const client = (of: typeof legacy) => ({
      client_id: of?.clientId ?? '',
      client_secret: of?.clientSecret ?? '',
    })
    const grant = { grant_type: 'password', scope: 'globalpci', username: person }

    assert.equal((await send(tokenUrl, { ...client(legacy), ...grant, password: right })).status, 200)
    assert.equal(
      (await send(tokenUrl, { ...client(legacy), ...grant, password: secret('wrong') })).status,
      400,
    )
    for (const path of ['token', 'revocation', 'introspect']) {
      const url = tokenUrl.replace(/token$/, path)
      const wrong = {
        ...client(legacy),
        client_secret: secret(path),
        token: 'x',
        grant_type: 'client_credentials',
      }
      assert.ok((await send(url, wrong)).status >= 400)
    }
    const toProvider = {
      grant_type: 'client_credentials',
      client_id: provider?.clientId ?? '',
      client_secret: secret('provider'),
      tenantname: provider?.tenantname ?? '',
      username: provider?.username ?? '',
    }
    assert.equal((await send(provider?.tokenUrl ?? '', toProvider)).status, 400)
    assert.equal((await send(`${origin}/nowhere`, { client_secret: secret('nowhere') })).status, 404)

    const signIn = await openSignIn(region, { person, client: store })
    const cookiesOf = async (password: string) => (await signIn(password)).headers.getSetCookie().join()
    assert.match(await cookiesOf(secret('signing-in')), /tonegate-notice=/)
    assert.match(await cookiesOf(right), /tonegate-sign-in=/)

    const texts = [
      right,
      ...['wrong', 'token', 'revocation', 'introspect', 'provider', 'nowhere', 'signing-in'].map(secret),
    ]
    // A text of the heap is seen: by the header of Basic authentication a secret becomes one.
    const shown = secret('shown')
    const authorization = `Basic ${Buffer.from(`${legacy?.clientId}:${shown}`).toString('base64')}`
    assert.ok((await send(tokenUrl, grant, { authorization })).status >= 400)
    assert.deepEqual([...search({ texts: [...texts, shown] })], [shown])
  },
)

const send = (
  url: string,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> =>
  fetch(url, { method: 'POST', redirect: 'manual', headers, body: new URLSearchParams(fields) })

type Region = Awaited<ReturnType<typeof startWatchedTonegate>>['region']

/** The sign-in page, and what its form sends. */
async function openSignIn(
  region: Region,
  { person, client }: { readonly person: string; readonly client: Region['clients'][number] | undefined },
): Promise<(password: string) => Promise<Response>> {
  const query = new URLSearchParams({
    client_id: client?.clientId ?? '',
    redirect_uri: client?.redirectUris[0] ?? '',
    response_type: 'code',
    scope: 'globalpci',
    code_challenge: 'a'.repeat(43),
    code_challenge_method: 'S256',
  })
  const page = await fetch(`${region.authorizeUrl}?${query}`)
  const cookie = page.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ')
  const document = await page.text()
  const hidden = document.matchAll(/name="([^"]+)" value="([^"]*)"/g)
  const fields = Object.fromEntries(
    [...hidden].map(([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&')]),
  )
  const [, action = ''] = /action="([^"]+)"/.exec(document) ?? []
  return (password: string) =>
    send(new URL(region.tokenUrl).origin + action, { ...fields, username: person, password }, { cookie })
}
