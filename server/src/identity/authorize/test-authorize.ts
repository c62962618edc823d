import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import type { Http } from '../../http/http.ts'
import type { NewClient } from '../clients/create-client.ts'
import { startIdentity } from '../test-identity.ts'

export const redirectUri = 'https://desktop.example.com/cb'
/** Of the verifier of RFC 7636 Appendix B. */
export const codeChallenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
export const authorizePath = '/auth/connect/authorize'

/** Of a request; `null`: left out of the well-formed one. */
type Changes = Readonly<Record<string, string | null>>

/** For the tests: an identity server with a client that people sign in with, and one who does. */
export async function startAuthorize(t: TestContext, order: Partial<NewClient> = {}) {
  const started = await startIdentity(t, {
    client: {
      clientType: 'public',
      flows: ['authorization_code', 'implicit'],
      scopes: ['globalpci', 'users:read', 'openid', 'offline_access'],
      redirectUris: [redirectUri],
      ...order,
    },
  })
  const { app, identity, account, clientId } = started
  const password = 'correct horse'
  const person = { accountId: account.id, password, agentId: 'agent12345', licence: 'agent' } as const
  const { id: userId } = await identity.users.create({ ...person, username: 'ada' })
  const elsewhere = await identity.accounts.create({ name: 'Elsewhere', production: false })
  const { id: strangerId } = await identity.users.create({
    ...person,
    accountId: elsewhere.id,
    username: 'zoe',
  })

  const usual = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: 'globalpci',
    state: 'xyz',
    code_challenge: codeChallenge,
    code_challenge_method: 'S256',
  }
  const parameters = (changes: Changes = {}): string => {
    const entries = Object.entries({ ...usual, ...changes })
    return new URLSearchParams(
      entries.filter((entry): entry is [string, string] => entry[1] !== null),
    ).toString()
  }
  const urlOf = (changes: Changes = {}) => `${authorizePath}?${parameters(changes)}`

  const { clientId: sharedId } = await started.createClient({
    clientType: 'public',
    flows: ['authorization_code', 'implicit'],
    scopes: ['globalpci', 'users:read'],
    redirectUris: [redirectUri],
    shared: true,
  })
  /** A browser in which somebody has signed in by the page, with a client that lets in people of every account. */
  async function signedIn(username: 'ada' | 'zoe' = 'ada') {
    const browser = openBrowser(app)
    const page = await browser.visit(urlOf({ client_id: sharedId }))
    await browser.submit(page, { username, password })
    return browser
  }
  return {
    ...started,
    sharedId,
    userId,
    strangerId,
    password,
    parameters,
    urlOf,
    signedIn,
    browser: () => openBrowser(app),
  }
}

/** A browser without scripts. It keeps cookies, and follows no redirect by itself. */
export function openBrowser(app: Http, planted: Readonly<Record<string, string>> = {}) {
  const cookies = new Map(Object.entries(planted))

  async function visit(url: string, options: InjectOptions = {}): Promise<LightMyRequestResponse> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { ...(cookie !== '' && { cookie }), ...options.headers }
    const answer = await app.inject({ ...options, url, headers })
    for (const { name, value } of answer.cookies) cookies.set(name, value)
    return answer
  }

  const post = (url: string, payload: string | Buffer, headers: Readonly<Record<string, string>> = {}) =>
    visit(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      payload,
    })

  /** Sends the page's form as it is, with what the person typed or the button they pressed. */
  function submit(page: LightMyRequestResponse, typed: Readonly<Record<string, string>>) {
    const { action, fields } = readForm(page.body)
    return post(action, new URLSearchParams({ ...fields, ...typed }).toString())
  }

  return {
    visit,
    post,
    cookies: (): Readonly<Record<string, string>> => Object.fromEntries(cookies),
    submit,
    /** Sends the form, and loads the page that the answer leads to. */
    async submitAndLoad(page: LightMyRequestResponse, typed: Readonly<Record<string, string>>) {
      const answer = await submit(page, typed)
      assert.equal(answer.statusCode, 303, answer.body)
      return visit(String(answer.headers.location))
    },
  }
}

/** The first form of a page: where it goes, and its fields. */
export function readForm(page: string) {
  const [, action = '', content = ''] = /<form[^>]* action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/.exec(page) ?? []
  const inputs = content.matchAll(/<input[^>]* name="([^"]*)"[^>]*? value="([^"]*)"/g)
  const fields = [...inputs].map(([, name = '', value = '']) => [name, unescaped(value)])
  return { action: unescaped(action), fields: Object.fromEntries(fields) as Record<string, string> }
}

/** What a client reads of an answer: the redirect URI, and the members in its query or fragment. */
export function readAnswer(answer: LightMyRequestResponse) {
  const location = String(answer.headers.location)
  const [, uri = '', mark = '', members = ''] = /^([^?#]*)([?#]?)(.*)$/.exec(location) ?? []
  const read = Object.fromEntries(new URLSearchParams(members)) as Record<string, string>
  return { status: answer.statusCode, uri, mark, members: read }
}

const unescaped = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')

/** What whoever attacks writes into an address. */
export const attackedParameters = [
  ...['client_id', 'redirect_uri', 'state', 'scope', 'response_type', 'response_mode', 'code_challenge'],
  ...[
    'code_challenge_method',
    'nonce',
    'dpop_jkt',
    'prompt',
    'max_age',
    'login_hint',
    'ui_locales',
    'claims',
  ],
]
