import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startTestTonegate } from '../server/test/harness/test-tonegate.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(`${root}${path}`, 'utf8')
const page = read('docs/README.md')
const [refund = '', happened = '', decline = '', ...others] = [
  ...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm),
].map(([, block = '']) => block)

test('the commands of docs/README.md refund a payment, tell what happened, and play a decline', async (t) => {
  assert.deepEqual(others, [])
  const { token, post, send, origin, folder } = await startTestTonegate(t)
  const authorization = `Bearer ${await token()}`
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env
  const run = (block: string, environment: NodeJS.ProcessEnv): Promise<string> =>
    new Promise((resolve, reject) => {
      const script = block
        .replaceAll('http://127.0.0.1:8080', origin)
        .replaceAll('npm run --silent admin --', `'${process.execPath}' server/src/admin.ts`)
        .replace(
          /^sleep 1$/m,
          'until curl -sS "$SESSION_URL" -H "Authorization: Bearer $TOKEN" | grep -q Finished; do sleep 0.1; done',
        )
        .replace('$SESSION_URL', `${origin}/globalpci/v1/session/$DECLINED`)
      const env = { ...inherited, TONEGATE_DATA: folder, ...environment }
      execFile(
        'bash',
        ['-uo', 'pipefail', '-c', script],
        { cwd: root, env, timeout: 60_000 },
        (error, output, complaint) => {
          if (error === null) resolve(output + complaint)
          else reject(new Error(`${script}\n${output}${complaint}`))
        },
      )
    })

  const answer = await run(decline, { TOKEN: authorization.replace('Bearer ', '') })
  assert.match(answer, /"paymentOutcome":"declined"/)
  assert.match(answer, /"declineReason":"insufficient-funds"/)

  const { callGuid } = (await post('/sandbox/calls', { agentId: 'agent7' })).json
  const paymentData = { Amount: '12.40', Currency: 'GBP' }
  const opened = await post('/globalpci/v1/session', { agentId: 'agent7', paymentData }, { authorization })
  const SESSION = opened.json.sessionGuid
  await post(`/sandbox/calls/${callGuid}/keys`, { keys: '4111111111111111#1230#123#1' })
  let state = ''
  while (state !== 'Finished') {
    state = (await send(`/globalpci/v1/session/${SESSION}`, { headers: { authorization } })).json.sessionState
  }
  const refunded = await run(refund, { SESSION })
  assert.match(refunded, /12\.40 GBP/)
  assert.match(refunded, /10\.00 GBP/)
  const told = await run(happened, { SESSION })
  assert.match(told, /gateway-asked +charge 12\.40 GBP/)
  assert.match(told, /refund-asked +2\.40 GBP/)
})

test('each question has a place that answers it, and every section that a page is led to is there', () => {
  const questions = [...page.matchAll(/^## (.*\?)$/gm)].map(([, question]) => question)
  assert.equal(questions.length, 19)
  for (const document of globSync(['*.md', 'docs/**/*.md'], { cwd: root })) {
    for (const [, target = '', section = ''] of read(document).matchAll(
      /\]\((?!https?:)([^)#]*)#([^)]+)\)/g,
    )) {
      const path = target === '' ? document : join(dirname(document), target)
      assert.ok(sectionsOf(path).has(section), `${document} leads to ${path}#${section}`)
    }
  }
  assert.match(read('README.md'), /\]\(docs\/README\.md\)/)
})

/** The anchors of a page's headings, as they are made of them. */
function sectionsOf(path: string): ReadonlySet<string> {
  const counts = new Map<string, number>()
  const anchors = [...read(path).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => {
    const anchor = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-')
    const count = counts.get(anchor) ?? 0
    counts.set(anchor, count + 1)
    return count === 0 ? anchor : `${anchor}-${count}`
  })
  return new Set(anchors)
}
