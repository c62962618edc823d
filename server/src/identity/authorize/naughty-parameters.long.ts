import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { attackedParameters, startAuthorize } from './test-authorize.ts'

const naughtyStrings: readonly string[] = createRequire(import.meta.url)('big-list-of-naughty-strings')

test('nothing naughty is a 5xx, makes a header or sends anybody elsewhere (RFC-19)', async (t) => {
  const { signedIn, browser, urlOf } = await startAuthorize(t)
  const people = [await signedIn(), browser()] as const
  const naughty = [...naughtyStrings, 'a\r\nSet-Cookie: evil=1', '\r\n\r\n<script>evil()</script>', '\0']
  for (const parameter of attackedParameters) {
    await t.test(parameter, async () => {
      for (const [index, text] of naughty.entries()) {
        const answer = await (people[index % 2] ?? people[0]).visit(urlOf({ [parameter]: text }))
        assert.ok(answer.statusCode < 500, text)
        assert.ok(!answer.cookies.some(({ name }) => name === 'evil'), text)
        assert.ok(!answer.body.includes('<script'), text)
        const { location } = answer.headers
        if (location === undefined) continue
        assert.match(String(location), /^https:\/\/desktop\.example\.com\/cb[?#][\x21-\x7e]+$/)
      }
    })
  }
})
