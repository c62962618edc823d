import assert from 'node:assert/strict'

/** Who signs in. */
interface Person {
  readonly username: string
  readonly password: string
}

/**
 * For the tests: a person with a browser without scripts, who opens an authorization request's address, signs in,
 * allows what is asked, and is sent away to the client.
 *
 * @returns the address at the client's redirect URI, which is not opened.
 */
export async function signInAt(address: string, { username, password }: Person): Promise<string> {
  const cookies = new Map<string, string>()
  const { origin } = new URL(address)

  async function visit(url: string, form?: URLSearchParams): Promise<Response> {
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '), origin },
      ...(form && { method: 'POST', body: form }),
    })
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(name, value)
    }
    return answer
  }

  let answer = await visit(address)
  let at = address
  for (let steps = 0; steps < 10; steps += 1) {
    const location = answer.headers.get('location')
    if (location !== null) {
      const next = new URL(location, at)
      if (next.origin !== origin || !next.pathname.startsWith('/auth/')) return next.href
      at = next.href
      answer = await visit(at)
      continue
    }
    const page = await answer.text()
    const { action, fields } = readForm(page)
    if (fields.has('username')) {
      assert.notEqual(fields.get('username'), username, `the password was not taken: ${page}`)
      fields.set('username', username)
      fields.set('password', password)
    }
    at = new URL(action, at).href
    answer = await visit(at, fields)
  }
  throw new Error('The sign-in does not come to an end.')
}

/** The first form of a page: where it goes, its fields, and the first of its buttons. */
function readForm(page: string): { readonly action: string; readonly fields: URLSearchParams } {
  const [, attributes = '', content = ''] = /<form([^>]*)>([\s\S]*?)<\/form>/.exec(page) ?? []
  assert.ok(content, `a page without a form: ${page}`)
  const fields = new URLSearchParams()
  for (const [tag] of content.matchAll(/<input[^>]*>/g)) {
    const name = attributeOf(tag, 'name')
    if (name !== '') fields.append(name, attributeOf(tag, 'value'))
  }
  const button = /<button[^>]*name=[^>]*>/.exec(content)?.[0]
  if (button) fields.append(attributeOf(button, 'name'), attributeOf(button, 'value'))
  return { action: attributeOf(attributes, 'action'), fields }
}

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
}

function attributeOf(tag: string, name: string): string {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? ''
  return value.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? '')
}
