import { hash } from 'node:crypto'
import type { TonegateUnderTest } from './tonegate.ts'

/** What a client sends along with a code: the one verifier (RFC 7636) of all codes of a run. */
export const codeVerifier = 'the-verifier-of-every-code-that-is-measured'
export const codeChallenge = hash('sha256', codeVerifier, 'base64url')

/** A browser in which a person has signed in. */
export interface SignedInBrowser {
  /** Asks for so many codes for a client; each is good for a minute, once. */
  newCodes(client: CodeClient, scope: string, count: number): Promise<readonly string[]>
}

export interface CodeClient {
  readonly id: string
  readonly redirectUri: string
}

/** So many requests for codes are under way at a time. */
const atATime = 32

/** Signs the sandbox's person in, by the form of the page that an authorization request brings up. */
export async function signIn(
  { origin, user }: Pick<TonegateUnderTest, 'origin' | 'user'>,
  client: CodeClient,
): Promise<SignedInBrowser> {
  const visit = createVisits()
  const page = await visit(authorizeUrl(origin, client, 'globalpci'))
  const { action, fields } = readForm(await page.text())
  const form = new URLSearchParams({ ...fields, username: user.username, password: user.password })
  await visit(new URL(action, page.url).href, form)

  async function newCode(scope: string, of: CodeClient): Promise<string> {
    const answer = await visit(authorizeUrl(origin, of, scope))
    const location = answer.headers.get('location') ?? ''
    const code = URL.parse(location)?.searchParams.get('code')
    if (!location.startsWith(of.redirectUri) || !code) {
      throw new Error(`There is no code in the answer ${answer.status} ${location} ${await answer.text()}`)
    }
    return code
  }

  return {
    async newCodes(of, scope, count) {
      const codes: string[] = []
      let asked = 0
      const ask = async () => {
        for (; asked < count; ) {
          asked += 1
          codes.push(await newCode(scope, of))
        }
      }
      await Promise.all(Array.from({ length: atATime }, ask))
      return codes
    },
  }
}

function authorizeUrl(origin: string, { id, redirectUri }: CodeClient, scope: string): string {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: id,
    redirect_uri: redirectUri,
    scope,
    state: 'state',
    code_challenge: codeChallenge,
    code_challenge_method: 'S256',
  })
  return `${origin}/auth/connect/authorize?${query}`
}

/** Requests that carry the cookies of the answers before them; a redirect is not followed. */
function createVisits() {
  const cookies = new Map<string, string>()
  return async (url: string, form?: URLSearchParams): Promise<Response> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = cookie === '' ? {} : { cookie }
    const answer = await fetch(url, {
      redirect: 'manual',
      headers,
      ...(form && { method: 'POST', body: form }),
    })
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(name, value)
    }
    return answer
  }
}

/** The first form of a page: where it goes, and the fields that it holds already. */
function readForm(page: string) {
  const [, attributes = '', content = ''] = /<form([^>]*)>([\s\S]*?)<\/form>/.exec(page) ?? []
  if (content === '') throw new Error(`A page without a form: ${page}`)
  const inputs = [...content.matchAll(/<input[^>]*>/g)].map(([tag]) => tag)
  const fields = inputs.map((tag) => [attributeOf(tag, 'name'), attributeOf(tag, 'value')])
  return { action: attributeOf(attributes, 'action'), fields: Object.fromEntries(fields) }
}

const characters: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }

function attributeOf(tag: string, name: string): string {
  const [, value = ''] = new RegExp(`\\s${name}="([^"]*)"`).exec(tag) ?? []
  return value.replace(/&(amp|lt|gt|quot|#39);/g, (_, entity: string) => characters[entity] ?? '')
}
