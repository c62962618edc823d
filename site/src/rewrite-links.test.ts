import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rewriteLinks } from './rewrite-links.ts'

const isFolder = (path: string) => path === 'deploy/telephony'
const titles = new Map([['errors', 'Errors']])
const led = (text: string, file = 'docs/proxies.md') =>
  rewriteLinks(text, { file, base: '/docs/', isFolder, titles })

test('links between documents lead to pages, with their sections', () => {
  assert.equal(led('[a](errors.md#not-found-404)').text, '[a](/errors#not-found-404)')
  assert.equal(led('[`a`](../errors.md)', 'docs/contract/calls.md').text, '[`a`](/errors)')
  assert.equal(led('[a](docs/webhooks.md)', 'CHANGELOG.md').text, '[a](/webhooks)')
  assert.equal(led('[a](README.md#x)').text, '[a](/questions#x)')
  assert.equal(led('[a](../README.md)').text, '[a](/)')
  assert.equal(led('[a](../site/api.md)').text, '[a](/api/)')
  assert.equal(led('[a][b]\n\n[b]: webhooks.md#receiving "how"').text, '[a][b]\n\n[b]: /webhooks#receiving')
})

test('a link that is called by its file is called by the title of its page', () => {
  assert.equal(led('[errors.md](errors.md#not-found-404)').text, '[Errors](/errors#not-found-404)')
  assert.equal(led('[audit.md](audit.md)').text, '[audit.md](/audit)')
})

test('a file of the repository becomes a file of the site, as plain text; a folder or a source is only named', () => {
  const file = led('[a](../deploy/nginx/tonegate.conf), [b](../.dockerignore), [c](openapi.json)')
  assert.equal(
    file.text,
    '[a](/files/deploy/nginx/tonegate.conf.txt), [b](/files/dockerignore.txt), [c](/files/docs/openapi.json)',
  )
  assert.deepEqual(file.files, ['deploy/nginx/tonegate.conf', '.dockerignore', 'docs/openapi.json'])
  assert.deepEqual(led('[the lab](../deploy/telephony)'), { text: 'the lab', files: [] })
  assert.deepEqual(led('[yes][a]\n\n[a]: ../server/a.test.ts "a"'), { text: 'yes\n\n', files: [] })
})

test('pictures and HTML have the address at which the site is served', () => {
  assert.equal(led('![a](images/a.png)').text, '![a](/docs/images/a.png)')
  assert.equal(led('![a](images/a.svg)').text, '[![a](/docs/images/a.svg)](/images/a.svg)')
  assert.equal(
    led('<a href="images/a.png"><img src="images/a.png"></a> <a href="errors.md">').text,
    '<a href="/docs/images/a.png"><img src="/docs/images/a.png"></a> <a href="/docs/errors">',
  )
})

test('code, other hosts and sections of the same page stay as they are', () => {
  for (const text of [
    '`[a](errors.md)`',
    '```html\n<a href="errors.md">\n```',
    '[a](https://example.com/errors.md)',
    '[a](#here)',
    '<https://example.com>',
  ]) {
    assert.equal(led(text).text, text)
  }
})
