import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { authorizationErrors, oauthErrors, problems } from '../server/src/base/problem.ts'
import type { Advice } from '../server/src/payments/reference/advice.ts'
import { errorsPage } from '../server/src/payments/reference/errors-page.ts'
import { authorizationAdvice, oauthAdvice } from '../server/src/payments/reference/oauth-advice.ts'
import { problemAdvice } from '../server/src/payments/reference/problem-advice.ts'

const page = new URL('errors.md', import.meta.url)

const section = (heading: string, { cause, remedy }: Advice, title?: string) =>
  `### ${heading}\n\n${folded(title === undefined ? cause : `**${title}.** ${cause}`)}\n\n${folded(`**What to do:** ${remedy}`)}\n`

/** In lines of 125 characters, as the pages are. */
function folded(text: string): string {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? ''
    if (line.length + 1 + word.length > 125) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return lines.join('\n')
}

const told: Readonly<Record<string, readonly string[]>> = {
  problems: Object.entries(problems).map(([code, { status, title }]) =>
    section(`${code} (${status})`, problemAdvice[code as keyof typeof problems], title),
  ),
  authorization: authorizationErrors.map((code) => section(code, authorizationAdvice[code])),
  token: Object.keys(oauthErrors).map((code) => section(code, oauthAdvice[code as keyof typeof oauthErrors])),
}

for (const [name, sections] of Object.entries(told)) {
  test(`docs/errors.md says of ${name} what the page of errors says`, () => {
    const place = new RegExp(
      `(?<=^<!-- sections: ${name} -->\\n)[\\s\\S]*?(?=^<!-- end of sections -->$)`,
      'm',
    )
    const text = readFileSync(page, 'utf8')
    const wanted = `\n${sections.join('\n')}\n`
    if (process.env.TONEGATE_WRITE_REFERENCE === '1')
      writeFileSync(
        page,
        text.replace(place, () => wanted),
      )
    assert.equal(readFileSync(page, 'utf8').match(place)?.[0], wanted)
  })
}

test('the page of errors links to other hosts alone, and to the documentation where it is served', () => {
  const links = (text: string) => [...text.matchAll(/href="([^"#][^"]*)"/g)].map(([, address]) => address)
  const plain = errorsPage({ stylesheet: '/assets/pages.css' })
  assert.deepEqual(links(plain), [
    '/favicon.svg',
    '/assets/pages.css',
    'https://encoding.spec.whatwg.org/#names-and-labels',
  ])
  const documented = errorsPage({ stylesheet: '/assets/pages.css', documentation: '/docs/errors' })
  assert.ok(links(documented).includes('/docs/errors'))
  assert.doesNotMatch(documented, /[`]|\]\(/)
})
