import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { paymentData, startPayments } from './test-payments.ts'

const naughtyStrings: readonly string[] = createRequire(import.meta.url)('big-list-of-naughty-strings')

type Started = Awaited<ReturnType<typeof startPayments>>

/** Accepted, or refused with a 4xx whose text says why; and stored only when it was accepted. */
async function assertHandled(
  { sessions, lines }: Started,
  answer: Awaited<ReturnType<Started['post']>>,
  before: number,
) {
  const { statusCode, body } = answer
  assert.ok(statusCode < 500, `${statusCode} ${body}`)
  if (statusCode === 200) return 1
  assert.ok(statusCode >= 400, String(statusCode))
  assert.ok(answer.json().detail.length > 5, body)
  assert.equal(await sessions(), before, body)
  assert.deepEqual(
    lines.filter((line) => line.includes('"level":50')),
    [],
  )
  return 0
}

test('the naughty strings as any value are taken as text or refused, and none comes back in a header', async (t) => {
  const started = await startPayments(t)
  const { post } = started
  let opened = 0
  for (const text of naughtyStrings) {
    for (const body of [
      { agentId: text, paymentData, skipCallTransfer: true },
      { agentId: 'a', paymentData: { Amount: '5', Note: text }, skipCallTransfer: true },
      { agentId: 'a', paymentData: { Amount: '5', [text]: 'x' }, skipCallTransfer: true },
      { agentId: 'a', paymentData: { Amount: text }, skipCallTransfer: true },
      { agentId: 'a', paymentData: { Amount: '5', Currency: text }, skipCallTransfer: true },
      { agentId: 'a', paymentData, accountConfigurationId: text },
      { agentId: 'a', paymentData, skipCallTransfer: text },
      { agentId: 'a', paymentData: text },
      { agentId: 'a', paymentData, skipCallTransfer: true, [text]: text },
      text,
    ]) {
      const answer = await post(JSON.stringify(body))
      opened += await assertHandled(started, answer, opened)
      const headers = Object.values(answer.headers).join('\n')
      if (text.length > 12) assert.ok(!headers.includes(text), text)
    }
  }
  assert.ok(opened > naughtyStrings.length)
})

test('the naughty strings come back as they were sent', async (t) => {
  const { post, get, payments } = await startPayments(t)
  let seen = 0
  for (const text of naughtyStrings) {
    const answer = await post({
      agentId: 'a',
      paymentData: { Amount: '5', Note: text },
      skipCallTransfer: true,
    })
    if (answer.statusCode !== 200) continue
    const { sessionGuid, providerSessionGuid } = answer.json()
    await payments.reports.recordResult({ guid: providerSessionGuid, end: 'cancelled', outcome: 'cancelled' })
    assert.equal((await get(sessionGuid)).json().paymentResultData.Note, text)
    seen += 1
  }
  assert.ok(seen > naughtyStrings.length / 2)
})

test('the naughty strings in the path are not found, in whatever spelling', async (t) => {
  const started = await startPayments(t)
  const { get, cancel, resend } = started
  for (const text of naughtyStrings) {
    for (const part of [
      encodeURIComponent(text.toWellFormed()),
      encodeURIComponent(text.toWellFormed()).toLowerCase(),
    ]) {
      if (part === '' || part === '.' || part === '..') continue
      await assertHandled(started, await get(part), 0)
      await assertHandled(started, await cancel(part), 0)
      await assertHandled(started, await resend(part), 0)
    }
  }
  for (const part of [
    '%',
    '%zz',
    '%ff',
    '%00',
    '%0d%0aset-cookie:%20a=b',
    '..%2f..',
    'a'.repeat(5000),
    "'--",
  ]) {
    const answer = await get(part)
    await assertHandled(started, answer, 0)
    assert.equal(answer.headers['set-cookie'], undefined)
  }
})

test('the naughty strings as an Idempotency-Key are a key or refused', async (t) => {
  const started = await startPayments(t)
  let opened = 0
  for (const text of naughtyStrings) {
    // What cannot be sent in a header at all.
    if (/[^\u0020-\u007e\u0080-\u00ff]/.test(text)) continue
    const answer = await started.post(
      { agentId: 'a', paymentData, skipCallTransfer: true },
      { headers: { 'idempotency-key': text } },
    )
    if (answer.statusCode !== 200) await assertHandled(started, answer, opened)
    opened = (await started.sessions()) ?? 0
  }
  assert.ok(opened > 50)
})

const json = (value: unknown) => JSON.stringify(value)
const nested = (levels: number) => `{"paymentData":${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}}`

for (const [what, payload, text] of [
  ['nothing', '', /empty/],
  ['no JSON', 'agentId=a', /not valid JSON/],
  ['half a document', '{"agentId":', /not valid JSON/],
  ['a list', '[]', /must be a JSON object/],
  ['null', 'null', /must be a JSON object/],
  ['a number', '7', /must be a JSON object/],
  ['deep JSON', nested(40), /limit is 32 levels/],
  ['very deep JSON', nested(10_000), /limit is 32 levels/],
  ['deep lists', `${'['.repeat(30_000)}${']'.repeat(30_000)}`, /limit is 32 levels/],
  ['__proto__', '{"agentId":"a","paymentData":{"__proto__":{"x":1}}}', /__proto__/],
  ['__proto__ at the top', '{"__proto__":{"agentId":"a"},"paymentData":{}}', /__proto__/],
  ['a member twice', '{"agentId":"a","agentId":"b","paymentData":{}}', /twice/],
  ['a member of paymentData twice', '{"agentId":"a","paymentData":{"Amount":"1","Amount":"2"}}', /twice/],
  ['no paymentData', json({ agentId: 'a' }), /\/paymentData is missing/],
  ['paymentData null', json({ agentId: 'a', paymentData: null }), /\/paymentData is missing/],
  ['paymentData a list', json({ agentId: 'a', paymentData: [] }), /\/paymentData must be an object/],
  [
    'an object as a value',
    json({ agentId: 'a', paymentData: { x: {} } }),
    /\/paymentData\/x must be a string/,
  ],
  ['a list as a value', json({ agentId: 'a', paymentData: { 'x/~': [] } }), /\/paymentData\/x~1~0 must be/],
  ['agentId a truth', json({ agentId: true, paymentData }), /\/agentId must be a string/],
  ['a long agentId', json({ agentId: 'a'.repeat(256), paymentData }), /at most 255/],
  ['a half configuration', json({ agentId: 'a', paymentData, accountConfigurationId: 0.5 }), /whole number/],
  [
    'a negative configuration',
    json({ agentId: 'a', paymentData, accountConfigurationId: -1 }),
    /whole number/,
  ],
  [
    'a configuration as a text that is no number',
    json({ agentId: 'a', paymentData, accountConfigurationId: 'zero' }),
    /whole number/,
  ],
  [
    'skipCallTransfer as another text',
    json({ agentId: 'a', paymentData, skipCallTransfer: 'yes' }),
    /true or false/,
  ],
  [
    'a control character',
    json({ agentId: 'a', paymentData: { x: 'a\u0000b' } }),
    /\/paymentData\/x contains control/,
  ],
  ...['\u0007', '\u0008', '\u001b', '\u007f', '\u0080', '\u009f'].map(
    (each) =>
      [
        `U+${each.charCodeAt(0).toString(16)}`,
        json({ agentId: 'a', paymentData: { x: `a${each}b` } }),
        /\/paymentData\/x contains control/,
      ] as const,
  ),
  ['a line break in agentId', json({ agentId: 'a\nb', paymentData: {} }), /\/agentId contains control/],
  [
    'a control character in a name',
    json({ agentId: 'a', paymentData: { 'a\nb': 'x' } }),
    /\/paymentData contains control/,
  ],
  [
    'a control character in agentId',
    json({ agentId: 'a\u009bb', paymentData: {} }),
    /\/agentId contains control/,
  ],
  ['half a surrogate pair', '{"agentId":"a","paymentData":{"x":"\\ud800"}}', /well-formed/],
  ['a name of half a pair', '{"agentId":"a","paymentData":{"\\udfff":"x"}}', /well-formed/],
  [
    'a number of 2,000 decimals',
    `{"agentId":"a","paymentData":{"x":1.${'0'.repeat(2000)}}}`,
    /must be a string of at most 1,024/,
  ],
  ['an infinite number', '{"agentId":"a","paymentData":{"x":1e999}}', /must be a string/],
] as const) {
  test(`${what} is refused with 400 and a text that says so`, async (t) => {
    const { post, sessions, launches } = await startPayments(t)
    for (const url of ['/globalpci/v1/session', '/globalpci/v1/digitalsession']) {
      const answer = await post(payload, { url })
      assert.equal(answer.statusCode, 400, answer.body)
      assert.match(answer.json().detail, text)
    }
    assert.equal(await sessions(), 0)
    assert.equal(launches.length, 0)
  })
}

test('not UTF-8 is refused with 400', async (t) => {
  const { post } = await startPayments(t)
  const body = Buffer.from(`{"agentId":"a","paymentData":{"x":"\xff"}}`, 'latin1')
  const answer = await post(body)
  assert.equal(answer.statusCode, 400)
  assert.match(answer.json().detail, /must be UTF-8/)
})

test('10 MB are refused with 413', async (t) => {
  const { post, sessions } = await startPayments(t)
  assert.equal((await post(Buffer.alloc(10_000_000, 0x20))).statusCode, 413)
  assert.equal(await sessions(), 0)
})

test('paymentData has at most 100 members, 64 characters a name and 1,024 a value, of any script', async (t) => {
  const { post, sessions } = await startPayments(t)
  const members = (number: number) =>
    Object.fromEntries(Array.from({ length: number - 1 }, (_, at) => [`name ${at}`, 'x']))
  for (const [data, status, path] of [
    [members(100), 200, ''],
    [members(101), 400, '/paymentData'],
    [{ ['k'.repeat(64)]: '' }, 200, ''],
    [{ ['😀'.repeat(64)]: '' }, 200, ''],
    [{ ['k'.repeat(65)]: '' }, 400, '/paymentData'],
    [{ x: 'v'.repeat(1024) }, 200, ''],
    [{ x: '😀'.repeat(1024) }, 200, ''],
    [{ x: 'v'.repeat(1025) }, 400, '/paymentData/x'],
  ] as const) {
    const sent = { Amount: '5', ...data }
    const answer = await post({ agentId: 'a', paymentData: sent, skipCallTransfer: true })
    assert.equal(answer.statusCode, status, answer.body)
    if (status === 400) assert.equal(answer.json().errors[0].path, path)
  }
  assert.equal(await sessions(), 5)
})

test('each wrong member is named by its path', async (t) => {
  const { post } = await startPayments(t)
  const wrong = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`m${at}`, {}]))
  const answer = await post({
    agentId: [],
    accountConfigurationId: 'x',
    paymentData: wrong,
    skipCallTransfer: 1,
  })
  const paths = answer.json().errors.map(({ path }: { path: string }) => path)
  assert.deepEqual(paths, [
    '/agentId',
    '/accountConfigurationId',
    '/skipCallTransfer',
    ...Object.keys(wrong).map((name) => `/paymentData/${name}`),
  ])
  assert.match(answer.json().detail, /and 10 more\.$/)
})

test('a card number is refused wherever it stands; it is not stored, logged or sent back', async (t) => {
  const { post, get, sessions, file, lines, payments } = await startPayments(t)
  payments.start()
  const written = [
    '4111111111111111',
    '4111 1111 1111 1111',
    '4111-1111-1111-1111',
    'card 4111111111111111 12/30',
    '4111/1111/1111/1111',
    '4111_1111, 1111_1111',
    '04111111111111111',
    '41111111111111111230123',
    '%B4111111111111111^DOE/JOHN^3012101?',
    'card=4111%201111%201111%201111',
    '٤١١١ ١١١١ ١١١١ ١١١١',
  ]
  for (const card of written) {
    for (const [body, path] of [
      [{ agentId: 'a', paymentData: { Note: card } }, '/paymentData/Note'],
      [{ agentId: 'a', paymentData: { Amount: card } }, '/paymentData/Amount'],
      [{ agentId: 'a', paymentData: { [card]: 'x' } }, '/paymentData'],
      [{ agentId: 'a', paymentData: { [card]: {} } }, '/paymentData'],
      [{ agentId: card, paymentData: {} }, '/agentId'],
      [
        { agentId: 'a', paymentData: {}, accountConfigurationId: 4111111111111111 },
        '/accountConfigurationId',
      ],
      [{ agentId: 'a', paymentData: { Note: 4111111111111111 } }, '/paymentData/Note'],
    ] as const) {
      const answer = await post(
        { ...body, skipCallTransfer: true },
        { headers: { 'idempotency-key': `k ${path}` } },
      )
      assert.equal(answer.statusCode, 400)
      assert.equal(answer.json().errors[0].path, path)
      assert.ok(!/4111.{0,3}1111|٤١١١/.test(answer.body), answer.body)
    }
    const ignored = await post({ agentId: 'a', paymentData, skipCallTransfer: true, note: card })
    assert.equal(ignored.statusCode, 200)
    assert.ok(!/4111.{0,3}1111|٤١١١/.test((await get(ignored.json().sessionGuid)).body))
  }
  assert.equal(await sessions(), written.length)
  for (const text of [
    readFileSync(file, 'latin1'),
    readFileSync(`${file}-wal`, 'latin1'),
    lines.join('\n'),
  ]) {
    assert.ok(!/4111.{0,3}1111|٤١١١/.test(text))
  }
})
