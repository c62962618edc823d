import assert from 'node:assert/strict'
import { test } from 'node:test'
import { groups, sidebarOf } from './groups.ts'
import { readPages, titleOf } from './read-pages.ts'

const listed = groups.flatMap(({ pages }) => pages)

test('every page of the documents stands in one group of the navigation', () => {
  for (const { file, name } of readPages()) {
    assert.equal(
      listed.filter((each) => each === name).length,
      1,
      `${file} belongs into a group of site/src/groups.ts`,
    )
  }
})

test('the navigation shows the pages that are there under their titles, and leaves out what is not', () => {
  const titles = new Map(readPages().map((page) => [page.name, titleOf(page)]))
  titles.delete('webhooks')
  const sidebar = sidebarOf(titles, [{ name: 'api/sessions', title: 'Sessions' }])
  const items = sidebar.flatMap((group) => group.items)
  assert.ok(items.some(({ text, link }) => text === 'Quick start' && link === '/quick-start'))
  assert.ok(items.some(({ text, link }) => text === 'Common questions' && link === '/questions'))
  assert.ok(!items.some(({ link }) => link === '/webhooks'))
  const reference = items.find(({ link }) => link === '/api/')
  assert.deepEqual(reference && 'items' in reference && reference.items, [
    { text: 'Sessions', link: '/api/sessions' },
  ])
})
