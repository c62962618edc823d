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
    new Promise<string>((resolve, reject) => {
      const script = block.replaceAll(
        'npm run --silent admin --',
        `'${process.execPath}' '${root}server/src/admin.ts'`,
      )
      execFile(
        'bash',
        ['-euo', 'pipefail', '-c', script],
        { cwd: work, env, timeout: 60_000 },
        (error, output, complaint) =>
          error === null ? resolve(output) : reject(new Error(`${block}\n${output}${complaint}`)),
      )
    })
  const blocks = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block)
  const said: string[] = []
  for (const block of blocks) said.push(await run(block))
  const [listed = '', verified = '', exported = '', expected = '', pruned = '', ...more] = said
  assert.deepEqual(more, [])
  assert.match(listed, /client \S+ +session\.open +session /)
  for (const each of [verified, exported, expected]) assert.match(each, /None: the log is whole\./)
  assert.match(pruned, /No entry is older\./)
})
