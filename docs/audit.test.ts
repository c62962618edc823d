import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { auditActions } from '../server/src/audit/actions.ts'
import { startTestTonegate } from '../server/test/harness/test-tonegate.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = readFileSync(`${root}docs/audit.md`, 'utf8')

interface Ran {
  readonly failed: boolean
  readonly said: string
}

test('docs/audit.md lists every action, and no other', () => {
  const section = page.slice(page.indexOf('## Actions'), page.indexOf('Of wrong passwords'))
  const rows = [...section.matchAll(/^\| (`.*?)\|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([a-z.-]+)`/g)].map(([, name]) => name),
  )
  assert.deepEqual(rows.sort(), [...auditActions].sort())
})

test('the commands of docs/audit.md list, verify, export and keep the log', async (t) => {
  const { token, post, folder } = await startTestTonegate(t)
  const authorization = `Bearer ${await token()}`
  const paymentData = { Amount: '12.40', Currency: 'GBP' }
  const session = { agentId: 'agent7', skipCallTransfer: true, paymentData }
  const SESSION = (await post('/globalpci/v1/session', session, { authorization })).json.sessionGuid
  const work = mkdtempSync(join(tmpdir(), 'tonegate-audit-'))
  t.after(() => rmSync(work, { recursive: true }))
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env
  const env = { ...inherited, TONEGATE_DATA: folder, SESSION: String(SESSION), USER: 'ada' }
  const run = (block: string) =>
    new Promise<Ran>((resolve) => {
      const script = block.replaceAll(
        'npm run --silent admin --',
        `'${process.execPath}' '${root}server/src/admin.ts'`,
      )
      execFile(
        'bash',
        ['-euo', 'pipefail', '-c', script],
        { cwd: work, env, timeout: 60_000 },
        (error, output, complaint) => resolve({ failed: error !== null, said: output + complaint }),
      )
    })
  const blocks = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block)
  const [listed, verified, exported, expected, pruned, ...more] = await blocks.reduce(
    async (before, block) => [...(await before), await run(block)],
    Promise.resolve<readonly Ran[]>([]),
  )
  assert.deepEqual(more, [])
  for (const each of [listed, verified, exported, expected, pruned])
    assert.ok(each?.failed === false, each?.said)
  assert.match(listed?.said ?? '', /client \S+ +session\.open +session /)
  for (const each of [verified, exported, expected])
    assert.match(each?.said ?? '', /None: the log is whole\./)
  assert.match(pruned?.said ?? '', /No entry is older\./)
})
