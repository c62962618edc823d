import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import test from 'node:test'
import { type Floors, faultsIn, readImports, system, type Tree, unusedIn } from './harness/test-floors.ts'

const root = resolve(import.meta.dirname, '../..')

/** Where a process begins: they stand above all rooms. */
const looseFiles = [
  'server/src/main.ts',
  'server/src/admin.ts',
  'server/src/mcp.ts',
  'server/src/tonegate.ts',
]

const inServer = (...rooms: readonly string[]) => rooms.map((room) => `server/src/${room}`)
const ground = [...inServer('base'), 'protocol', ...system]
const stored = [...inServer('store'), ...ground]
const shown = [...inServer('http'), ...ground]
const audited = [...inServer('audit'), ...stored]
const served = [...inServer('http'), ...audited]
const model = inServer('vault/model')

/** The rooms from the bottom to the top, and what each may import beside itself; `docs/architecture.md` shows the same. */
const floors: Floors = {
  protocol: ['packages'],
  'server/src/base': ['protocol', ...system],
  'server/src/tracing': [...inServer('base'), ...system],
  'server/src/http': ground,
  'server/src/store': [...inServer('base'), ...system],
  'server/src/audit': [...inServer('base', 'store'), ...system],
  'server/src/calls': served,
  'server/src/identity': served,
  'server/src/vault/model': stored,
  'server/src/vault/fields': [...model, ...stored],
  'server/src/vault/prompts': [...model, ...ground],
  'server/src/vault/links': [...model, ...served],
  'server/src/vault/gateways': [...model, ...audited],
  'server/src/vault/charge': [...inServer('vault/fields', 'vault/links'), ...model, ...served],
  'server/src/vault/session': [
    ...inServer('vault/charge', 'vault/fields', 'vault/links'),
    ...model,
    ...audited,
  ],
  'server/src/vault/agent-view': [...inServer('vault/links'), ...model, ...shown],
  'server/src/vault/payment-page': [...model, ...shown],
  'server/src/vault/provider-api': [...inServer('vault/agent-view', 'vault/session'), ...model, ...served],
  'server/src/vault': served,
  'server/src/payments': [...inServer('calls', 'identity'), ...model, ...served],
  'server/src/sandbox': [...inServer('calls', 'http', 'identity', 'payments', 'vault'), ...stored],
  'server/src/cli': [...inServer('calls', 'identity', 'payments', 'vault'), ...audited],
  'server/src/config': [...inServer('vault/links'), ...model, ...inServer('base', 'tracing'), ...system],
  'server/src/split': [...inServer('calls', 'config', 'payments'), ...model, ...shown],
  'server/src/mcp': ground,
  'server/src/nodes': [...inServer('base', 'http', 'split', 'store'), ...system],
  'server/src/metrics': [...inServer('base', 'http', 'identity', 'store'), ...model, ...system],
  'server/src/app': ['server/src', ...system],
  client: [],
  web: ['client', 'protocol', 'packages'],
}

function readTree(): Tree {
  const folders = ['server/{src,test}', 'protocol/src', 'web/src', 'client/src', 'bench/src']
  const paths = globSync(
    folders.map((folder) => `${folder}/**/*.{ts,tsx,mjs}`),
    { cwd: root },
  ).sort()
  const known = new Set(paths)
  return new Map(
    paths.map((path) => [path, readImports(path, readFileSync(join(root, path), 'utf8'), known)]),
  )
}

const tree = readTree()

test('imports go down and never round, each file has its room, and no folder is a list', () => {
  assert.deepEqual(faultsIn(tree, floors, looseFiles), [])
})

test('nothing is allowed that no file needs', () => {
  assert.deepEqual(unusedIn(tree, floors), [])
})

/** The tree, with a file more. */
const withFile = (path: string, text: string): Tree =>
  new Map([...tree, [path, readImports(path, text, new Set(tree.keys()))]])

for (const { rule, path, text, fault } of [
  {
    rule: 'an import that goes up',
    path: 'server/src/base/late.ts',
    text: `import { createStore } from '../store/store.ts'\n`,
    fault: 'server/src/base/late.ts imports server/src/store/store.ts, which server/src/base may not',
  },
  {
    rule: 'an import of a type across',
    path: 'server/src/vault/charge/late.ts',
    text: `import type { Caller } from '../../identity/bearer.ts'\n`,
    fault:
      'server/src/vault/charge/late.ts imports server/src/identity/bearer.ts, which server/src/vault/charge may not',
  },
  {
    rule: 'an import from one vendor of the room above it',
    path: 'server/src/vault/gateways/stripe/late.ts',
    text: `import {\n  createCharges,\n} from '../../charge/charges.ts'\n`,
    fault:
      'server/src/vault/gateways/stripe/late.ts imports server/src/vault/charge/charges.ts, which server/src/vault/gateways may not',
  },
  {
    rule: 'an import while the program runs',
    path: 'server/src/payments/webhooks/late.ts',
    text: `export const load = () => import('../../app/app.ts')\n`,
    fault:
      'server/src/payments/webhooks/late.ts imports server/src/app/app.ts, which server/src/payments may not',
  },
  {
    rule: 'what is exported on',
    path: 'server/src/calls/late.ts',
    text: `export { createStore } from '../identity/identity.ts'\n`,
    fault: 'server/src/calls/late.ts imports server/src/identity/identity.ts, which server/src/calls may not',
  },
  {
    rule: 'what Node.js alone has, where browsers read along',
    path: 'protocol/src/late.ts',
    text: `import { hash } from 'node:crypto'\n`,
    fault: 'protocol/src/late.ts imports node:crypto, which protocol may not',
  },
  {
    rule: 'the server, in a page',
    path: 'web/src/late.ts',
    text: `import type { Launch } from '../../server/src/vault/model/launch.ts'\n`,
    fault: 'web/src/late.ts imports server/src/vault/model/launch.ts, which web may not',
  },
  {
    rule: 'a package, in the client',
    path: 'client/src/late.ts',
    text: `import { h } from 'preact'\n`,
    fault: 'client/src/late.ts imports preact, which client may not',
  },
  {
    rule: 'a test helper, outside of tests',
    path: 'server/src/vault/session/late.ts',
    text: `import { startTestVault } from '../test-vault.ts'\n`,
    fault: 'server/src/vault/session/late.ts imports server/src/vault/test-vault.ts, which is for tests',
  },
  {
    rule: 'a file in no room',
    path: 'server/src/late.ts',
    text: '',
    fault: 'server/src/late.ts is in no room',
  },
  {
    rule: 'a room that nobody has put on a floor',
    path: 'server/src/helpers/late.ts',
    text: '',
    fault: 'server/src/helpers/late.ts is in no room',
  },
]) {
  test(`${rule}: is told`, () => {
    assert.deepEqual(faultsIn(withFile(path, text), floors, looseFiles), [fault])
  })
}

test('files that import one another in a circle are told, types included', () => {
  const circle = new Map([
    ...tree,
    ['server/src/base/one.ts', ['server/src/base/two.ts']],
    ['server/src/base/two.ts', ['server/src/base/three.ts']],
    ['server/src/base/three.ts', ['server/src/base/one.ts', 'server/src/base/clock.ts']],
  ])
  assert.deepEqual(faultsIn(circle, floors, looseFiles), [
    'server/src/base/one.ts, server/src/base/three.ts, and server/src/base/two.ts import one another',
  ])
})

test('a folder that becomes a list is told', () => {
  const many = Array.from({ length: 26 }, (_, at) => [`server/src/calls/telephone-${at}.ts`, []] as const)
  const few = new Map([...tree].filter(([path]) => !path.startsWith('server/src/calls/')))
  assert.deepEqual(faultsIn(new Map([...few, ...many]), floors, looseFiles).slice(-1), [
    'server/src/calls has 26 files, and a folder has 25 at most: make a room of it',
  ])
})

test('the architecture page shows the same floors', () => {
  const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8')
  const rows = [...page.matchAll(/^\| `([a-z/-]+)\/` +\|[^|]*\|([^|]*)\|$/gm)]
  const shown = rows.map(([, room = '', imports = '']) => [
    room,
    [...imports.matchAll(/`([a-z/-]+)`/g)].map(([, name]) => name).sort(),
  ])
  const short = (name: string) => name.replace('server/src/', '')
  const held = Object.entries(floors).map(([room, imports]) => [
    short(room),
    imports
      .filter((name) => !system.includes(name))
      .map((name) => (name === 'server/src' ? 'all' : short(name)))
      .sort(),
  ])
  assert.deepEqual(Object.fromEntries(shown), Object.fromEntries(held))
})

test('the picture of the floors shows each room that is not in another', () => {
  const picture = readFileSync(join(root, 'docs/images/concepts/floors.svg'), 'utf8')
  const shown = [...picture.matchAll(/font-weight="600"[^>]*>([^<]+)</g)].map(([, name]) => name)
  const rooms = Object.keys(floors).map((room) => room.replace('server/src/', ''))
  assert.deepEqual(shown.sort(), rooms.filter((room) => !room.includes('/')).sort())
})

test('how secrets are compared is decided in one file', () => {
  const comparing = [...tree.keys()].filter(
    (path) =>
      path.startsWith('server/src/') && readFileSync(join(root, path), 'utf8').includes('timingSafeEqual'),
  )
  assert.deepEqual(comparing, ['server/src/base/signing/same-secret.ts'])
})
