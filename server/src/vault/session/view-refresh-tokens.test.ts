import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemRandom } from '../../base/random.ts'
import { createViewRefreshTokens } from './view-refresh-tokens.ts'

/** The tokens of one view, in a row that takes as long as the test likes to be written. */
async function startTokens() {
  const row: string[] = []
  let gate: Promise<void> = Promise.resolve()
  const replace = async (before: string, after: string): Promise<string> => {
    await gate
    const now = row.at(-1) ?? ''
    if (now !== before) return now
    row.push(after)
    return after
  }
  const tokens = createViewRefreshTokens({ stored: '', random: systemRandom, replace })
  return {
    ...tokens,
    row,
    token: await tokens.add(),
    hold() {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      gate = promise
      return { resolve, reject }
    },
  }
}

test('of twenty renewals at once exactly one has a successor, which is good, and the used one is not', async () => {
  const { renew, token, row, hold } = await startTokens()
  for (let round = 0, current = token; round < 10; round += 1) {
    const { resolve } = hold()
    const renewals = Array.from({ length: 20 }, () => renew(current))
    resolve()
    const [successor, ...more] = (await Promise.all(renewals)).filter((each) => each !== undefined)
    assert.ok(successor)
    assert.equal(more.length, 0)
    assert.equal(await renew(current), undefined)
    current = successor
  }
  assert.equal(row.length, 11)
})

test('windows renew at once without a part in one another’s tokens', async () => {
  const { renew, add } = await startTokens()
  const windows = await Promise.all(Array.from({ length: 4 }, add))
  const successors = await Promise.all(windows.map((token) => renew(token)))
  for (const successor of successors) assert.ok(successor && (await renew(successor)))
})

test('a renewal that cannot be written down leaves the token good, and nobody else has had it', async () => {
  const { renew, token, hold } = await startTokens()
  const { reject } = hold()
  const renewals = Array.from({ length: 20 }, () => renew(token))
  reject(new Error('disk full'))
  const outcomes = await Promise.allSettled(renewals)
  assert.equal(outcomes.filter(({ status }) => status === 'rejected').length, 1)
  hold().resolve()
  assert.match((await renew(token)) ?? '', /^[0-9a-f]{32}$/)
})

test('where a page names the successor, the same is answered again until that is used; nobody else hears it', async () => {
  const { renew, token, row } = await startTokens()
  const [one, two, other] = ['1', '2', '3'].map((digit) => digit.repeat(32)) as [string, string, string]
  assert.deepEqual(await Promise.all([renew(token, one), renew(token, one), renew(token, one)]), [
    one,
    one,
    one,
  ])
  assert.equal(await renew(token, two), undefined)
  assert.equal(await renew(token), undefined)
  assert.equal(await renew(other, one), undefined, 'who knows the successor alone hears nothing')
  assert.equal(await renew(one, two), two)
  assert.equal(await renew(token, one), undefined)
  assert.match((await renew(two)) ?? '', /^[0-9a-f]{32}$/)
  assert.equal(await renew(one, two), undefined)
  for (const each of row)
    for (const secret of [token, one, two]) assert.doesNotMatch(each, new RegExp(secret))
})

test('a renewal that is asked again is answered by another process too', async () => {
  const { renew, token, row } = await startTokens()
  const successor = '1'.repeat(32)
  assert.equal(await renew(token, successor), successor)
  const after = createViewRefreshTokens({
    stored: row.at(-1) ?? '',
    random: systemRandom,
    replace: async (_, next) => next,
  })
  assert.equal(await after.renew(token, successor), successor)
  assert.equal(await after.renew(successor, '2'.repeat(32)), '2'.repeat(32))
})
