import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { runAdmin } from '../../../test/harness/test-admin.ts'
import { makeTestFolder } from '../../../test/harness/test-folder.ts'
import { systemRandom } from '../../base/random.ts'
import { readConfig } from '../../config/config.ts'
import { prepareInstallation } from './prepare-installation.ts'

function places(t: TestContext) {
  const root = makeTestFolder('tonegate init')
  t.after(() => rmSync(root, { recursive: true }))
  return { root, folder: join(root, 'etc/tonegate'), data: join(root, 'var/lib/tonegate') }
}

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)

/** The settings as a shell reads them from a file. */
const settingsIn = (file: string): Record<string, string> =>
  JSON.parse(
    execFileSync(
      'bash',
      ['-c', `set -a; . '${file}'; exec "$0" -p 'JSON.stringify(process.env)'`, process.execPath],
      {
        env: {},
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    ),
  )

test('init makes settings, a key and a data folder that production accepts, and says what comes next', async (t) => {
  const { folder, data } = places(t)
  const { code, answer, complaint } = await runAdmin({}, [
    ...['init', '--domain', 'example.com', '--region', 'emea', '--folder', folder, '--data', data],
  ])
  assert.deepEqual([code, complaint], [0, ''])
  const [environment, key] = [join(folder, 'environment'), join(folder, 'sealing-key')]
  assert.deepEqual([folder, environment, key, data].map(modeOf), ['700', '600', '600', '700'])
  assert.match(readFileSync(key, 'utf8'), /^[A-Za-z0-9+/]{43}=\n$/)
  assert.ok(!answer.includes(readFileSync(key, 'utf8').trim()))
  const { mode, domain, defaultRegion, regions, dataFolder, sealingKeys, proxy } = readConfig(
    settingsIn(environment),
  )
  assert.deepEqual(
    { mode, domain, defaultRegion, regions, dataFolder, proxy },
    {
      ...{ mode: 'production', domain: 'example.com', defaultRegion: 'emea', regions: ['emea'] },
      ...{ dataFolder: data, proxy: 'trusted' },
    },
  )
  assert.equal(sealingKeys?.length, 1)
  for (const next of [
    'database create',
    'account create',
    'administrator create',
    'client create',
    'gateway put',
  ])
    assert.match(answer, new RegExp(`^  npm run --silent admin -- ${next}`, 'm'))
  assert.match(
    answer,
    /TLS proxy for emea\.example\.com, emea\.api\.example\.com and emea\.pay\.example\.com/,
  )
})

test('the password of a PostgreSQL database goes into the file, whatever it consists of, and nowhere else', async (t) => {
  const { folder } = places(t)
  const store = "postgres://tonegate:it's;a&secret$HOME@db.example.com/tonegate"
  const words = ['init', '--domain', 'example.com', '--folder', folder, '--json', '--store']
  const { code, answer, complaint } = await runAdmin({}, [...words, '-'], `${store}\n`)
  assert.deepEqual([code, complaint], [0, ''])
  assert.doesNotMatch(answer, /secret\$|it's/)
  const prepared = JSON.parse(answer)
  assert.equal(prepared.dataFolder, null)
  assert.equal(settingsIn(prepared.environment).TONEGATE_STORE, store)
  assert.equal(modeOf(prepared.environment), '600')
})

test('nothing is overwritten, and all that is in the way is said at once', async (t) => {
  const { root, folder, data } = places(t)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'sealing-key'), 'the only one')
  mkdirSync(data, { recursive: true })
  writeFileSync(join(data, 'nam.db'), 'data')
  const words = ['init', '--domain', 'nowhere', '--folder', folder, '--data', data]
  const { code, answer, complaint } = await runAdmin({}, words)
  assert.deepEqual([code, answer], [1, ''])
  assert.deepEqual(complaint.split('\n'), [
    'Nothing was prepared:',
    "  TONEGATE_DOMAIN is 'nowhere'; it must be a host name such as pay.example.com.",
    `  ${folder}/sealing-key exists already. Nothing is overwritten: use it, or another --folder.`,
    `  ${data}/nam.db is there already, and belongs to another sealing key. Use another --data.`,
    '',
  ])
  assert.equal(readFileSync(join(folder, 'sealing-key'), 'utf8'), 'the only one')
  assert.deepEqual(readdirSync(folder), ['sealing-key'])
  const same = await runAdmin({}, ['init', '--domain', 'example.com', '--folder', root, '--data', root])
  assert.match(same.complaint, /The key is kept apart from the data/)
  const isFile = await runAdmin({}, [
    ...words.slice(0, 4),
    join(data, 'nam.db', 'etc'),
    '--data',
    join(root, 'new'),
  ])
  assert.match(isFile.complaint, /nam\.db\/etc cannot be used: \/.+nam\.db is a file, not a folder\.$/m)
  assert.ok(!existsSync(join(root, 'new')))
  const both = await runAdmin({}, [...words, '--store', 'postgres://db/tonegate'])
  assert.equal(both.code, 2)
})

test('for a service the settings are its group’s to read, and key and data its own', (t) => {
  if (process.getuid?.() !== 0) return t.skip('only root gives files to others')
  const { folder, data } = places(t)
  const wanted = {
    domain: 'example.com',
    region: 'nam',
    data,
    store: undefined,
    folder,
    user: 'daemon',
  } as const
  prepareInstallation(wanted, { random: systemRandom, owner: { uid: 1, gid: 2 } })
  const seen = (path: string) => [modeOf(path), statSync(path).uid, statSync(path).gid]
  assert.deepEqual(seen(folder), ['750', 0, 2])
  assert.deepEqual(seen(join(folder, 'environment')), ['640', 0, 2])
  assert.deepEqual(seen(join(folder, 'sealing-key')), ['600', 1, 2])
  assert.deepEqual(seen(data), ['700', 1, 2])
})

test('what cannot be made is named, and what was made before it is gone', (t) => {
  const { root, folder, data } = places(t)
  const wanted = {
    domain: 'example.com',
    region: 'nam',
    data,
    store: undefined,
    folder,
    user: 'ada',
  } as const
  const owner = { uid: 2 ** 40, gid: 0 }
  assert.throws(
    () => prepareInstallation(wanted, { random: systemRandom, owner }),
    /^Refused: Nothing was prepared: .+tonegate cannot be made/,
  )
  assert.deepEqual([existsSync(folder), existsSync(data)], [false, false])
  mkdirSync(folder, { recursive: true })
  symlinkSync(join(root, 'nowhere'), join(folder, 'environment'))
  assert.throws(
    () => prepareInstallation(wanted, { random: systemRandom, owner: undefined }),
    /environment exists already/,
  )
})

test('a user that is not there is refused, before anything is made', async (t) => {
  const { folder, data } = places(t)
  const { code, complaint } = await runAdmin({}, [
    ...['init', '--domain', 'example.com', '--folder', folder, '--data', data, '--user', 'nobody-here'],
  ])
  assert.equal(code, 1)
  assert.match(complaint, /^(This machine has no user 'nobody-here'|Only root can give files)/)
  assert.ok(!existsSync(folder))
})
