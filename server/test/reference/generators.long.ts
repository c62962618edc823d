import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { makeTestFolder } from '../harness/test-folder.ts'
import { description } from './test-description.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const file = join(root, 'docs/openapi.json')
const run = promisify(execFile)
const names = Object.keys(description.components.schemas)

/** The client has `openapi-typescript` for its own types, and TypeScript 5. */
const ofClient = createRequire(join(root, 'client/package.json'))

/** Generators make text by the API of TypeScript 5; one of them lies beside TypeScript 7, which has another. */
const withTypeScript5 = `
  import { registerHooks } from 'node:module'
  const typescript = ${JSON.stringify(pathToFileURL(ofClient.resolve('typescript')).href)}
  registerHooks({ resolve: (name, context, next) => next(name === 'typescript' ? typescript : name, context) })`

/** Runs a program that a package brings, with the Node.js of the tests. */
async function runTool(folder: string, program: string, args: readonly string[]): Promise<void> {
  const hooks = `--import=data:text/javascript,${encodeURIComponent(withTypeScript5)}`
  const env = { ...process.env, NODE_OPTIONS: hooks }
  await run(process.execPath, [join(folder, program), ...args], { cwd: root, env })
}

/** Compiles files as a strict TypeScript project would; the libraries that a generator brings are left out. */
const compile = (files: readonly string[], ...more: readonly string[]) =>
  run(process.execPath, [
    join(root, 'node_modules/typescript/bin/tsc'),
    ...['--noEmit', '--strict', '--noUncheckedIndexedAccess'],
    ...['--target', 'es2023', '--module', 'nodenext', '--lib', 'es2023,dom,dom.iterable', '--types', ''],
    ...more,
    ...files,
  ]).catch(({ stdout }) => assert.fail(stdout))

/** What somebody writes who has the types: each of the names that clients know is there. */
const usage = (take: (name: string) => string): string => `
type Session = ${take('Session')}
type Problem = ${take('Problem')}
type Payment = ${take('Payment')}
type PaymentOperation = ${take('PaymentOperation')}
type CreateSessionRequest = ${take('CreateSessionRequest')}
type TokenResponse = ${take('TokenResponse')}
type OAuthError = ${take('OAuthError')}
type Call = ${take('Call')}
type LaunchRequest = ${take('LaunchRequest')}

export const request: CreateSessionRequest = {
  agentId: 'agent7',
  paymentData: { Amount: '12.40', Currency: 'GBP' },
}
export const isPaid = (session: Session): boolean =>
  session.sessionState === 'Finished' && session.paymentResultData?.paymentOutcome === 'approved'
export const left = ({ refundableAmount, operations }: Payment): readonly string[] =>
  [refundableAmount, ...operations.map((each: PaymentOperation) => each.amount)]
export const say = ({ type, detail }: Problem): string => \`\${type}: \${detail}\`
export const header = ({ access_token }: TokenResponse): string => \`Bearer \${access_token}\`
export const why = ({ error, error_description = '' }: OAuthError): string => error + error_description
export const agentOf = ({ agentId }: Call): string => agentId
export const launch: LaunchRequest = { FlowId: 695, InitialValues: { amount: '1240' } }
// @ts-expect-error: it is no state
export const never: Session['sessionState'] = 'Paid'
`

function folderOf(t: TestContext, name: string): string {
  const folder = makeTestFolder(`tonegate-${name}`)
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  return folder
}

test('openapi-typescript gives each schema its name, and types that compile', async (t) => {
  const folder = folderOf(t, 'openapi-typescript')
  const types = join(folder, 'api.ts')
  await runTool(dirname(ofClient.resolve('openapi-typescript/package.json')), 'bin/cli.js', [
    file,
    '--output',
    types,
  ])
  const text = readFileSync(types, 'utf8')
  for (const name of names) assert.match(text, new RegExp(`^ {8}${name}: `, 'm'))
  const program = join(folder, 'program.ts')
  const head = "import type { components } from './api.ts'\n"
  writeFileSync(program, head + usage((name) => `components['schemas']['${name}']`))
  await compile([program], '--allowImportingTsExtensions', '--exactOptionalPropertyTypes')
})

test('@hey-api/openapi-ts gives each schema its name, and a client that compiles', async (t) => {
  const folder = folderOf(t, 'hey-api')
  const out = join(folder, 'api')
  await runTool(
    dirname(fileURLToPath(import.meta.resolve('@hey-api/openapi-ts/package.json'))),
    'bin/run.js',
    ['--input', file, '--output', out, '--no-log-file'],
  )
  const text = readFileSync(join(out, 'types.gen.ts'), 'utf8')
  const types = [...text.matchAll(/^export type (\w+) =/gm)].map(([, name = '']) => name)
  assert.deepEqual(
    names.filter((name) => !types.includes(name)),
    [],
  )
  assert.deepEqual(
    types.filter((name) => /\d$|Writable$/.test(name)),
    [],
    'types that are written twice have a number',
  )
  const program = join(folder, 'program.ts')
  const head = "import * as api from './api/types.gen.js'\n"
  writeFileSync(program, head + usage((name) => `api.${name}`))
  await compile([program, join(out, 'sdk.gen.ts')], '--skipLibCheck')
})

const python = spawnSync('openapi-python-client', ['--version'])

test('openapi-python-client gives each schema its name', {
  skip: python.error ? 'openapi-python-client is not installed here, so it was not run' : false,
}, async (t) => {
  const out = join(folderOf(t, 'python'), 'client')
  const args = ['generate', '--path', file, '--output-path', out, '--meta', 'none', '--fail-on-warning']
  await run('openapi-python-client', args)
  const models = readFileSync(join(out, 'models/__init__.py'), 'utf8')
  for (const name of ['Session', 'Problem', 'Payment', 'TokenResponse'])
    assert.match(models, new RegExp(`import ${name}$`, 'm'))
})
