import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { eventually } from '../../test/harness/test-eventually.ts'
import { makeTestFolder } from '../../test/harness/test-folder.ts'
import { startTestTonegate } from '../../test/harness/test-tonegate.ts'
import { systemClock } from '../base/clock.ts'
import { systemRandom } from '../base/random.ts'
import { readConfig } from '../config/config.ts'
import { regionValue } from '../config/regions.ts'
import { openTestStore } from '../store/test-store.ts'
import { createGatewayAccounts } from '../vault/gateways/accounts/gateway-accounts.ts'
import { rootSealer, sealerOf } from './region-storage.ts'
import { rotateSealingKey } from './rotate-sealing-key.ts'
import { sealedColumns } from './sealed-columns.ts'

const soon = `12${String(new Date().getFullYear() + 3).slice(-2)}`
const [formerKey, newKey] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')]
const skipCallTransfer = true
const keyed = { 'idempotency-key': 'order-2002' }
const paymentData = {
  FirstName: 'John',
  Surname: 'Smith',
  Amount: '12.40',
  Currency: 'GBP',
  MerchantReferenceCode: 'order-1001',
  CustomerPhoneNumber: '+48500000000',
}

/** One data folder and port, served under one list of keys after another. */
async function startServers(t: TestContext) {
  const folder = makeTestFolder('tonegate-rotation')
  let port = '0'
  return {
    async serve(keys: string) {
      const environment = { TONEGATE_DATA: folder, TONEGATE_SEALING_KEY: keys, PORT: port }
      const tonegate = await startTestTonegate(t, { environment })
      port = String(tonegate.tonegate.port)
      return tonegate
    },
    /** What another process has of the region: its store, and its sealer under these keys. */
    async beside<T>(keys: string, work: (parts: Parameters<typeof rotateSealingKey>[0]) => Promise<T>) {
      const config = readConfig({ TONEGATE_DATA: folder, TONEGATE_SEALING_KEY: keys })
      const store = await openTestStore(join(folder, 'nam.db'))
      try {
        const sealer = sealerOf('nam', rootSealer(config, systemRandom), systemRandom)
        return await work({ store, clock: systemClock, sealer, region: regionValue('nam', config, 0) })
      } finally {
        await store.close()
      }
    },
  }
}

type Served = Awaited<ReturnType<Awaited<ReturnType<typeof startServers>>['serve']>>

/** What a program and a customer do with it. */
function using({ post, send }: Pick<Served, 'post' | 'send'>, authorization: string) {
  return {
    authorization,
    create: (body: object, more: Record<string, string> = {}, path = '/globalpci/v1/session') =>
      post(path, { agentId: 'agent12345', paymentData, ...body }, { authorization, ...more }),
    get: async (sessionGuid: string) =>
      (await send(`/globalpci/v1/session/${sessionGuid}`, { headers: { authorization } })).json,
    press: async (sessionGuid: string, keys: string) =>
      assert.equal((await post(`/sandbox/sessions/${sessionGuid}/keys`, { keys })).status, 200),
    async sentLinks(): Promise<readonly string[]> {
      const { messages } = (await send('/sandbox/outbox.json')).json
      return messages.map(({ text }: { text: string }) => /https?:\/\/\S+\/pay\/\S+/.exec(text)?.[0] ?? '')
    },
    statusOf: async (url: string) => (await send(new URL(url).pathname)).status,
  }
}

type Used = ReturnType<typeof using>

/** Sessions in each state, and links, under the former key. */
async function takePayments({ first, before }: { readonly first: Served; readonly before: Used }) {
  const { authorization } = before
  const paid = (await before.create({ skipCallTransfer })).json
  await before.press(paid.sessionGuid, `4111111111111111#${soon}#123#1`)
  const result = await eventually(async () => {
    const { sessionState, paymentResultData } = await before.get(paid.sessionGuid)
    return sessionState === 'Finished' && paymentResultData
  })
  const open = (await before.create({ skipCallTransfer })).json
  await before.press(open.sessionGuid, `4111111111111111#${soon}#`)
  const answered = await before.create({ skipCallTransfer }, keyed)
  const linked = (await before.create({}, {}, '/globalpci/v1/digitalsession')).json
  const unopened = (await before.create({}, {}, '/globalpci/v1/digitalsession')).json
  for (const { sessionGuid } of [unopened, linked]) {
    const path = `/globalpci/v1/digitalsession/${sessionGuid}/resend`
    assert.equal((await first.post(path, { channel: 'sms' }, { authorization })).status, 200)
  }
  const [oldLink = '', unopenedLink = ''] = await eventually(async () => {
    const links = await before.sentLinks()
    return links.length === 2 && links
  })
  return { paid, result, open, answered, unopened, oldLink, unopenedLink }
}

function assertResealed({ columns, lastLinkEndsAt }: Awaited<ReturnType<typeof rotateSealingKey>>): void {
  const resealed = Object.fromEntries(columns.map((column) => [column.what, column.resealed]))
  assert.equal(resealed['signing keys'], 2)
  assert.equal(resealed.gateways, 1)
  assert.equal(resealed.cards, 1)
  assert.equal(resealed['link addresses'], 2)
  assert.equal(resealed.results, 1)
  assert.equal(resealed['idempotent answers'], 1)
  assert.ok((resealed.launches ?? 0) >= 3 && (resealed.requests ?? 0) >= 4)
  assert.ok(columns.every(({ unopened }) => unopened === 0))
  assert.ok((lastLinkEndsAt ?? 0) > Date.now() + 71 * 3_600_000)
}

test('a whole rotation: sessions, cards, results, links, tokens, signing keys and gateways go on', async (t) => {
  const { serve, beside } = await startServers(t)
  const first = await serve(formerKey)
  const authorization = `Bearer ${await first.token()}`
  const taken = await takePayments({ first, before: using(first, authorization) })
  await beside(formerKey, ({ store, sealer }) =>
    createGatewayAccounts({ store, sealer, clock: systemClock }).put(1, 'bank', 'connector', {
      url: 'https://x',
    }),
  )
  await first.close()

  const second = await serve(`${newKey},${formerKey}`)
  const during = using(second, authorization)
  assert.equal(await during.statusOf(taken.oldLink), 200)
  assert.equal((await during.create({ skipCallTransfer }, keyed)).text, taken.answered.text)
  const newer = (await during.create({ skipCallTransfer })).json
  const [rotation] = await Promise.all([
    beside(`${newKey},${formerKey}`, rotateSealingKey),
    during.press(newer.sessionGuid, `4111111111111111#${soon}#`),
    during.create({ skipCallTransfer }),
  ])
  assertResealed(rotation)
  assert.equal(await during.statusOf(taken.unopenedLink), 200)
  await second.close()

  await beside(newKey, async (parts) => {
    const again = await rotateSealingKey(parts)
    assert.ok(again.columns.every(({ resealed, unopened }) => resealed === 0 && unopened === 0))
    const book = createGatewayAccounts({ ...parts, clock: systemClock })
    const row = await book.find(1, 'bank')
    assert.deepEqual(row && book.open(1, 'bank', row.sealed_settings), { url: 'https://x' })
    await book.remove(1, 'bank')
  })
  const third = await serve(newKey)
  const after = using(third, authorization)
  assert.deepEqual((await after.get(taken.paid.sessionGuid)).paymentResultData, taken.result)
  for (const { sessionGuid } of [taken.open, newer]) {
    await after.press(sessionGuid, '123#1')
    await eventually(async () => (await after.get(sessionGuid)).sessionState === 'Finished')
    assert.equal((await after.get(sessionGuid)).paymentResultData.cardLast4, '1111')
  }
  const resend = `/globalpci/v1/digitalsession/${taken.unopened.sessionGuid}/resend`
  assert.equal((await third.post(resend, {}, { authorization })).status, 200)
  const [newLink = ''] = await after.sentLinks()
  assert.equal(await after.statusOf(newLink), 200)
  assert.notEqual(await after.statusOf(taken.unopenedLink), 200)
  const lines = [...first.lines, ...second.lines, ...third.lines].join('\n')
  for (const key of [formerKey, newKey]) assert.ok(!lines.includes(key ?? ''))
})

test('every column that is named as sealed is sealed anew by a rotation', () => {
  const known = sealedColumns({ name: 'nam' }).map(({ table, column }) => `${table}.${column}`)
  const tables = readFileSync(new URL('../store/tables.ts', import.meta.url), 'utf8')
  const names = new Map(
    [...tables.matchAll(/^ {2}(\w+): (\w+Table)$/gm)].map(([, table, name]) => [name, table] as const),
  )
  const sealed = [...tables.matchAll(/^export interface (\w+Table) \{([\s\S]*?)^\}/gm)].flatMap(
    ([, name, body = '']) =>
      [...body.matchAll(/^ {2}(sealed\w*):/gm)].map(([, column]) => `${names.get(name)}.${column}`),
  )
  assert.ok(sealed.length >= 7)
  assert.deepEqual(
    sealed.filter((column) => !known.includes(column)),
    [],
  )
})
