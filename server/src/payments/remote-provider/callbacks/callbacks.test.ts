import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brandNames } from '@tonegate/protocol/card/brand'
import { eventually } from '../../../../test/harness/test-eventually.ts'
import { entriesIn } from '../../../audit/test-audit.ts'
import { firstGuidOf } from '../../../base/guid.ts'
import { createLog } from '../../../base/log.ts'
import { joinNodes } from '../../../store/nodes/join-nodes.ts'
import { createConfigurations } from '../../configurations/configurations.ts'
import { readConfiguration } from '../../configurations/read-configuration.ts'
import { prepareLaunchRows } from '../../launches/launch-rows.ts'
import { prepareRemoteSessions } from '../remote-session-rows.ts'
import { html, json } from '../test-provider.ts'
import { configurationId, startRemote, success, writtenConfiguration } from '../test-remote-provider.ts'

const signing = `whsec_${Buffer.alloc(32, 3).toString('base64')}`

for (const format of ['form', 'json'] as const) {
  test(`a callback as ${format} ends the session with what it says`, async (t) => {
    const { open, get, callBack } = await startRemote(t)
    const { sessionGuid } = await open()
    assert.equal((await callBack(success(sessionGuid), { format })).status, 200)
    const { sessionState, paymentResultData } = await get(sessionGuid)
    assert.equal(sessionState, 'Finished')
    assert.equal(paymentResultData.paymentOutcome, 'approved')
    assert.equal(paymentResultData.cardBrand, 'visa')
    assert.equal(paymentResultData.cardLast4, '1111')
    assert.equal(paymentResultData.authorisationCode, '083112')
    assert.equal(paymentResultData.gatewayReference, 'T-20441')
    assert.equal(paymentResultData.Amount, '1240')
    assert.equal(paymentResultData.FirstName, 'John')
  })
}

test('names and words are read in any case, and a session is known by its id at the provider too', async (t) => {
  const changes = { callback: { amounts: 'minor', session: 'ppCallID' } }
  const { open, get, callBack } = await startRemote(t, { changes })
  const { sessionGuid, providerSessionGuid } = await open()
  const shouted = Object.entries(success(sessionGuid, { ppCallID: providerSessionGuid.toUpperCase() })).map(
    ([name, value]) => [name.toUpperCase(), name === 'transactionResult' ? 'success' : value],
  )
  assert.equal((await callBack(Object.fromEntries(shouted))).status, 200)
  assert.equal((await get(sessionGuid)).paymentResultData.paymentOutcome, 'approved')
})

for (const [word, outcome, state] of [
  ['DECLINE', 'declined', 'Finished'],
  ['CANCELLED', 'cancelled', 'Cancelled'],
  ['ERROR', 'unknown', 'Error'],
  ['MAYBE', 'unknown', 'Error'],
  ['', 'unknown', 'Error'],
] as const) {
  test(`a callback that says '${word}' ends the session as ${state}, ${outcome}`, async (t) => {
    const { open, get, callBack } = await startRemote(t)
    const { sessionGuid } = await open()
    await callBack(success(sessionGuid, { transactionResult: word }))
    const { sessionState, paymentResultData } = await get(sessionGuid)
    assert.equal(sessionState, state)
    assert.equal(paymentResultData.paymentOutcome, outcome)
  })
}

test("the configuration says what a flow's own words mean; one of them may be progress", async (t) => {
  const results = { Paid: 'approved', Tried: 'in-progress', Broken: 'failed' }
  const { open, get, callBack } = await startRemote(t, {
    changes: { callback: { amounts: 'major', results } },
  })
  const { sessionGuid } = await open()
  await callBack(success(sessionGuid, { transactionResult: 'TRIED' }))
  assert.equal((await get(sessionGuid)).sessionState, 'InProgress')
  await callBack(success(sessionGuid, { transactionResult: 'paid', orderAmount: '12.40' }))
  assert.equal((await get(sessionGuid)).paymentResultData.paymentOutcome, 'approved')
  const other = await open()
  await callBack(success(other.sessionGuid, { transactionResult: 'Broken' }))
  assert.equal((await get(other.sessionGuid)).paymentResultData.paymentOutcome, 'failed')
})

for (const [what, changes] of [
  ['a smaller amount', { orderAmount: '124' }],
  ['a greater amount', { orderAmount: '12400' }],
  ['an amount in other units', { orderAmount: '12.40' }],
  ['no amount', { orderAmount: '' }],
  ['another currency', { orderCurrency: 'EUR' }],
  ['no currency', { orderCurrency: '' }],
] as const) {
  test(`an approval of ${what} is none: the outcome is unknown until a callback is right`, async (t) => {
    const { open, get, callBack, logged } = await startRemote(t)
    const { sessionGuid } = await open()
    assert.equal((await callBack(success(sessionGuid, changes))).status, 200)
    const doubted = await get(sessionGuid)
    assert.equal(doubted.sessionState, 'Error')
    assert.equal(doubted.paymentResultData.paymentOutcome, 'unknown')
    assert.ok(logged('error').some((text) => /approved a different amount from the order/.test(text)))
    await callBack(success(sessionGuid))
    const known = await get(sessionGuid)
    assert.equal(known.sessionState, 'Error')
    assert.equal(known.paymentResultData.paymentOutcome, 'approved')
  })
}

test('amounts in major units are read by the currency', async (t) => {
  const { open, get, callBack } = await startRemote(t, { changes: { callback: { amounts: 'major' } } })
  for (const [currency, amount, sent] of [
    ['GBP', '12.40', '12.40'],
    ['JPY', '1240', '1240'],
    ['KWD', '1.240', '1.240'],
  ] as const) {
    const { sessionGuid } = await open({ paymentData: { Amount: amount, Currency: currency } })
    await callBack(success(sessionGuid, { orderAmount: sent, orderCurrency: currency }))
    assert.equal((await get(sessionGuid)).paymentResultData.paymentOutcome, 'approved', currency)
  }
})

test('a card that is only verified is approved without an amount of money', async (t) => {
  const { open, get, callBack } = await startRemote(t, { purpose: 'verify' })
  for (const sent of [{}, { Amount: '12.40' }]) {
    const { sessionGuid } = await open({ paymentData: { ...sent, Currency: 'GBP' } })
    await callBack(success(sessionGuid, { orderAmount: '0.00' }))
    const { paymentOutcome, Amount } = (await get(sessionGuid)).paymentResultData
    assert.deepEqual([paymentOutcome, Amount], ['approved', '0'])
  }
})

test('a replayed callback changes nothing', async (t) => {
  const { open, get, callBack, clock, logged, store } = await startRemote(t)
  const { sessionGuid, providerSessionGuid } = await open()
  await callBack(success(sessionGuid))
  const ended = await get(sessionGuid)
  await clock.advance(5000)
  for (const format of ['form', 'json'] as const) {
    assert.equal((await callBack(success(sessionGuid), { format })).status, 200)
  }
  assert.deepEqual(await get(sessionGuid), ended)
  assert.deepEqual(logged('error'), [])
  const ends = (await entriesIn(store)).filter(({ action }) => action === 'session.end')
  assert.deepEqual(
    ends.map(({ target, outcome }) => [target.id, outcome]),
    [[providerSessionGuid, 'success']],
  )
})

test('two callbacks at once are one result', async (t) => {
  const { open, get, callBack, lines } = await startRemote(t)
  const { sessionGuid } = await open()
  await Promise.all(Array.from({ length: 5 }, () => callBack(success(sessionGuid))))
  assert.equal((await get(sessionGuid)).paymentResultData.paymentOutcome, 'approved')
  assert.equal(lines.filter((line) => line.includes('a result was recorded')).length, 1)
})

test('a callback for a session that has ended otherwise changes nothing; of money it is kept and told', async (t) => {
  const { open, get, callBack, row, logged } = await startRemote(t)
  const { sessionGuid, providerSessionGuid } = await open()
  await callBack(success(sessionGuid, { transactionResult: 'DECLINE' }))
  const ended = await get(sessionGuid)
  await callBack(success(sessionGuid, { transactionResult: 'CANCELLED' }))
  assert.deepEqual(logged('error'), [])
  assert.equal((await callBack(success(sessionGuid))).status, 200)
  assert.deepEqual(await get(sessionGuid), ended)
  assert.equal((await row(providerSessionGuid))?.later_outcome, 'approved')
  assert.ok(
    logged('error').some((text) =>
      /reports a charge for a session that ended without payment: check at the provider/.test(text),
    ),
  )
})

test('a forged callback, one of an unknown session and one of nobody are answered alike', async (t) => {
  const { open, get, callBack, callbackUrl, accountId } = await startRemote(t)
  const { sessionGuid } = await open()
  const good = callbackUrl()
  const guessed = good.replace(/[0-9a-f]{64}$/, (secret) =>
    secret.replace(/^./, (c) => (c === '0' ? '1' : '0')),
  )
  const answers = await Promise.all([
    callBack(success(sessionGuid), { url: guessed }),
    callBack(success(sessionGuid), { url: good.slice(0, -1) }),
    callBack(success(sessionGuid), { url: callbackUrl(2) }),
    callBack(success(sessionGuid), { url: callbackUrl(1, accountId + 1) }),
    callBack(success(sessionGuid), { url: good.replace('/30/', '/31/') }),
    callBack(success(sessionGuid), { url: good.replace('/30/', '/nothing/') }),
    callBack(success('019b0000-0000-7000-8000-000000000000')),
    callBack(success('nothing')),
    callBack({}),
  ])
  const texts = answers.map(({ text }) => JSON.parse(text))
  for (const [index, { status }] of answers.entries()) assert.equal(status, 404, `${index}`)
  assert.deepEqual(new Set(texts.map(({ detail, title, type }) => `${type} ${title} ${detail}`)).size, 1)
  assert.equal((await get(sessionGuid)).sessionState, 'Created')
})

test("a callback that names a session of the vault's own, or of another configuration, is of no session", async (t) => {
  const { open, get, callBack, configure, provider } = await startRemote(t)
  await configure({ ...writtenConfiguration(provider), id: 31 })
  for (const accountConfigurationId of [0, 31]) {
    const other = await open({ accountConfigurationId })
    for (const guid of [other.sessionGuid, other.providerSessionGuid]) {
      assert.equal((await callBack(success(guid))).status, 404)
    }
    assert.equal((await get(other.sessionGuid)).sessionState, 'Created')
  }
})

test("a callback that names a session of another account's, of the same configuration id, is of no session", async (t) => {
  const { open, get, callBack, callbackUrl, accountId, provider, tonegate, store, clock } =
    await startRemote(t)
  const { sessionGuid, providerSessionGuid } = await open()
  const read = readConfiguration(writtenConfiguration(provider), brandNames, 'sandbox')
  assert.ok('configuration' in read)
  await createConfigurations({ store, clock }).put(accountId + 1, read.configuration)
  const url = callbackUrl(1, accountId + 1)
  for (const guid of [sessionGuid, providerSessionGuid]) {
    assert.equal((await callBack(success(guid), { url })).status, 404)
  }
  assert.ok(
    tonegate.lines.some((line) => line.includes('an unknown session')),
    'its address is one',
  )
  assert.equal((await get(sessionGuid)).sessionState, 'Created')
})

test('an approval of a session that is not known is told with its reference', async (t) => {
  const { callBack, lines } = await startRemote(t)
  await callBack(success('019b0000-0000-7000-8000-000000000000'))
  const told = lines.map((line) => JSON.parse(line)).find(({ said }) => said === 'approved')
  assert.equal(told?.level, 50)
  assert.equal(told?.gatewayReference, 'T-20441')
})

for (const [what, body, type, status] of [
  ['no JSON', '{', 'application/json', 400],
  ['a value twice', 'sessionGuid=1&SESSIONGUID=2', 'application/x-www-form-urlencoded', 400],
  ['nothing', '', 'application/json', 400],
  ['XML', '<x/>', 'application/xml', 415],
  ['too long a form', `a=${'x'.repeat(20_000)}`, 'application/x-www-form-urlencoded', 413],
  ['too much JSON', `"${'x'.repeat(70_000)}"`, 'application/json', 413],
] as const) {
  test(`a callback of ${what} is refused with ${status}, and with 404 at an address that is none`, async (t) => {
    const { callbackUrl } = await startRemote(t)
    const send = (url: string) => fetch(url, { method: 'POST', headers: { 'content-type': type }, body })
    assert.equal((await send(callbackUrl())).status, status)
    assert.equal((await send(callbackUrl().replace(/[0-9a-f]{8}$/, 'ffffffff'))).status, 404)
  })
}

test('with a signing secret, callbacks are believed that it has signed within five minutes', async (t) => {
  const changes = { callback: { amounts: 'minor', secret: 'callback-key' } }
  const { open, get, callBack, secrets, accountId, clock, logged } = await startRemote(t, { changes })
  const { sessionGuid } = await open()
  assert.equal((await callBack(success(sessionGuid), { secret: signing })).status, 404)
  assert.ok(logged('error').some((text) => /no signing secret of this name/.test(text)))
  const other = `whsec_${Buffer.alloc(32, 4).toString('base64')}`
  await secrets.put(accountId, 'callback-key', `${other} ${signing}`)
  await clock.advance(1500)
  const now = clock.now()
  for (const [what, options] of [
    ['unsigned', {}],
    ['another secret', { secret: `whsec_${Buffer.alloc(32, 9).toString('base64')}` }],
    ['old', { secret: signing, sentAt: now - 301_000 }],
    ['of the future', { secret: signing, sentAt: now + 301_000 }],
  ] as const) {
    assert.equal((await callBack(success(sessionGuid), options)).status, 404, what)
  }
  assert.equal((await get(sessionGuid)).sessionState, 'Created')
  const old = { secret: signing, sentAt: now - 299_000 }
  assert.equal((await callBack(success(sessionGuid), old)).status, 200)
  assert.equal((await get(sessionGuid)).paymentResultData.paymentOutcome, 'approved')
  assert.equal((await callBack(success(sessionGuid), { secret: other })).status, 200)
})

test('a new generation has another address; the former one is good for the sessions that were opened with it', async (t) => {
  const { open, get, callBack, callbackUrl, configure, provider, clock } = await startRemote(t)
  const before = await open()
  await configure(writtenConfiguration(provider, { callback: { amounts: 'minor', generation: 2 } }))
  await clock.advance(1500)
  const after = await open()
  assert.notEqual(callbackUrl(1), callbackUrl(2))
  assert.equal((await callBack(success(after.sessionGuid), { url: callbackUrl(1) })).status, 404)
  assert.equal((await callBack(success(after.sessionGuid), { url: callbackUrl(2) })).status, 200)
  assert.equal((await callBack(success(before.sessionGuid), { url: callbackUrl(1) })).status, 200)
  assert.equal((await get(before.sessionGuid)).sessionState, 'Finished')
})

test('a card number in a callback goes nowhere', async (t) => {
  const changes = { callback: { amounts: 'minor', code: 'code', details: ['note', 'ppCallID'] } }
  const { open, get, callBack, lines, store, row } = await startRemote(t, { changes })
  const { sessionGuid, providerSessionGuid } = await open()
  const card = ['4111', '1111', '1111', '1111'].join('')
  const fields = { transactionID: card, transactionAuthCode: card, code: card, note: `card ${card}` }
  const other = { cardLast4: card, cardExpiry: card, cardType: card, ppCallID: 'P-7' }
  await callBack(success(sessionGuid, { ...fields, ...other }))
  const { paymentResultData } = await get(sessionGuid)
  assert.equal(paymentResultData.paymentOutcome, 'approved')
  assert.equal(paymentResultData.cardLast4, '')
  assert.equal(paymentResultData.gatewayReference, '')
  await store.scrub()
  const all = JSON.stringify([paymentResultData, await row(providerSessionGuid)]) + lines.join()
  assert.ok(!all.includes(card))
})

for (const [what, note] of [
  ['in groups', '4539 8000 0007 0008'],
  ['with slashes', '4539/8000/0007/0008'],
  ['with all of it without a gap', '45398000000700081230737'],
  ['as a track', '%B4539800000070008^SMITH/J^3012101?'],
  ['as a named security code', 'cvv=737'],
] as const) {
  for (const format of ['form', 'json'] as const) {
    test(`a card in a callback (${what}, ${format}) is left out`, async (t) => {
      const changes = { callback: { amounts: 'minor', code: 'code', details: ['note', 'cvv', 'bank'] } }
      const { open, get, callBack, lines, store, row } = await startRemote(t, { changes })
      const { sessionGuid, providerSessionGuid } = await open()
      const fields = {
        transactionID: note,
        transactionAuthCode: note,
        code: note,
        note,
        cvv: '737',
        bank: 'Harbour',
      }
      await callBack(success(sessionGuid, fields), { format })
      const { paymentResultData } = await get(sessionGuid)
      assert.equal(paymentResultData.paymentOutcome, 'approved')
      assert.equal(paymentResultData.authorisationCode, '')
      await store.scrub()
      const { paymentSessionGuid: _, ...kept } = { ...(await row(providerSessionGuid)) } as Record<
        string,
        unknown
      >
      const all = JSON.stringify([paymentResultData, kept]) + lines.join()
      assert.doesNotMatch(all, /4539.?8000.?0007|"737"|cvv=737/)
    })
  }
}

test('a callback with a byte order mark before it is read, as a form and as JSON', async (t) => {
  for (const format of ['form', 'json'] as const) {
    const { open, get, callBack } = await startRemote(t)
    const { sessionGuid } = await open()
    assert.equal((await callBack(success(sessionGuid), { format, before: '\ufeff' })).status, 200)
    assert.equal((await get(sessionGuid)).paymentResultData.paymentOutcome, 'approved')
  }
})

test('a callback that comes before its session is stored waits for it', async (t) => {
  const { create, get, callBack, provider, clock } = await startRemote(t)
  const callbacks: ReturnType<typeof callBack>[] = []
  provider.behaviour.launch = ({ body }) => {
    const id = '7f9c24e8-3b12-4fef-91e0-56a2d5d1a7c1'
    callbacks.push(callBack(success(JSON.parse(body).InitialValues.sessionGuid)))
    return json(200, { Id: id, LinkId: '1' })
  }
  const created = await create()
  const answered = await eventually(async () => {
    await clock.advance(100)
    return Promise.race([callbacks[0], false as const])
  })
  assert.equal(answered.status, 200)
  assert.equal((await get(created.json.sessionGuid)).paymentResultData.paymentOutcome, 'approved')
})

test("another vault's callback is a knock: its own answer counts, and the callback where there is none", async (t) => {
  const changes = { callback: { amounts: 'minor', session: 'sessionGuid' } }
  const { open, get, callBack, provider } = await startRemote(t, { kind: 'tonegate', changes })
  const asked = await open()
  provider.sessions.set(asked.providerSessionGuid, {
    State: 'Ended',
    Result: {
      end: 'success',
      paymentOutcome: 'declined',
      declineReason: 'insufficient-funds',
      orderAmountMinor: '1240',
      orderCurrency: 'GBP',
      cardLast4: '9995',
      cardType: 'visa',
    },
  })
  assert.equal((await callBack(success(asked.sessionGuid))).status, 200)
  const { sessionState, paymentResultData } = await get(asked.sessionGuid)
  assert.equal(sessionState, 'Finished')
  assert.equal(paymentResultData.paymentOutcome, 'declined')
  assert.equal(paymentResultData.declineReason, 'insufficient-funds')

  const stillOpen = await open()
  assert.equal((await callBack(success(stillOpen.sessionGuid))).status, 200)
  assert.equal((await get(stillOpen.sessionGuid)).sessionState, 'Created')

  const silent = await open()
  provider.behaviour.session = () => html
  assert.equal((await callBack(success(silent.sessionGuid))).status, 200)
  assert.equal((await get(silent.sessionGuid)).paymentResultData.paymentOutcome, 'approved')
})

for (const format of ['form', 'json'] as const) {
  test(`a signed callback in another charset is read in it, and checked as it was sent: ${format}`, async (t) => {
    const changes = { callback: { amounts: 'minor', secret: 'callback-key', authorisationCode: 'note' } }
    const { open, get, callBack, secrets, accountId } = await startRemote(t, { changes })
    await secrets.put(accountId, 'callback-key', signing)
    const { sessionGuid } = await open()
    const fields = success(sessionGuid)
    const before = format === 'form' ? 'note=M%FCller+%26+S\u00f6hne&' : ''
    const sent = format === 'form' ? fields : { ...fields, note: 'Müller & Söhne' }
    const options = { format, before, secret: signing, charset: 'iso-8859-1' } as const
    assert.equal((await callBack(sent, options)).status, 200)
    assert.equal((await get(sessionGuid)).paymentResultData.authorisationCode, 'Müller & Söhne')
  })
}

test('a callback of a session that another node opens at this moment is taken when it is there, and else sent again', async (t) => {
  const { callBack, clock, store, accountId, row } = await startRemote(t)
  await joinNodes(store, { clock, log: createLog('silent') })
  const [launches, sessions] = [prepareLaunchRows(store), prepareRemoteSessions(store)]
  const [sessionGuid, guid] = [firstGuidOf(1), firstGuidOf(2)]
  const now = clock.now()
  const configuration = await createConfigurations({ store, clock }).find(accountId, configurationId)
  const provider = JSON.stringify(configuration?.provider)
  await store.write((tx) =>
    launches.insert.run(tx, {
      session_guid: sessionGuid,
      provider_session_guid: null,
      account_id: accountId,
      configuration_id: configurationId,
      provider,
      follow: 'wait',
      call_guid: null,
      asked_at: now,
      call_off_at: now,
      sealed_session: null,
      next_look_at: now + 60_000,
      held_by: store.nodeId,
    }),
  )
  async function answered(callback: ReturnType<typeof callBack>) {
    return eventually(async () => {
      await clock.advance(1000)
      return Promise.race([callback, false as const])
    })
  }
  for (const transactionResult of ['SUCCESS', 'CANCELLED']) {
    const early = await answered(callBack(success(sessionGuid, { transactionResult })))
    assert.equal(early.status, 503, transactionResult)
    assert.match(early.text, /Send the callback again/)
  }
  const waiting = callBack(success(sessionGuid))
  const session = { guid, sessionGuid, accountId, configurationId, now, expiresAt: now + 3_600_000 }
  await store.write((tx) =>
    sessions.insert.run(tx, {
      ...session,
      provider,
      amountMinor: 1240,
      currency: 'GBP',
      nextLookAt: session.expiresAt,
    }),
  )
  assert.equal((await answered(waiting)).status, 200)
  assert.equal((await row(guid))?.outcome, 'approved')
})
