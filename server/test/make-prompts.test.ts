import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { levelOf } from '../src/calls/rtpengine/test-goertzel.ts'
import { espeakTone, writeTestEspeak } from './harness/test-espeak.ts'

const script = fileURLToPath(new URL('../../deploy/telephony/make-prompts.mjs', import.meta.url))
const texts: Readonly<Record<string, Readonly<Record<string, string>>>> = JSON.parse(
  readFileSync(new URL('../../deploy/telephony/prompts.json', import.meta.url), 'utf8'),
)
const [language = '', other = ''] = Object.keys(texts)
const keys = Object.keys(texts[language] ?? {})
const files = keys.map((key) => `${key}.wav`).sort()

test('every prompt of every language becomes a file that rtpengine plays, and its user can read', (t) => {
  const { out, make, spoken } = prepare(t)
  const { said, code } = make(out)
  assert.equal(code, 0)
  assert.deepEqual(readdirSync(out).sort(), Object.keys(texts).sort())
  for (const [each, ofLanguage] of Object.entries(texts)) {
    assert.deepEqual(readdirSync(join(out, each)).sort(), files)
    assert.match(said, new RegExp(`^${each}: ${keys.length} made: `, 'm'))
    for (const text of Object.values(ofLanguage)) assert.ok(spoken().includes(`${each} ${text}`), text)
  }
  for (const path of [out, join(out, language)]) assert.equal(statSync(path).mode & 0o777, 0o755)
  const file = join(out, language, 'card-number.wav')
  assert.equal(statSync(file).mode & 0o777, 0o644)
  const wav = readFileSync(file)
  assert.equal(wav.toString('latin1', 0, 4) + wav.toString('latin1', 8, 16), 'RIFFWAVEfmt ')
  const [encoding, channels, bits] = [20, 22, 34].map((at) => wav.readUInt16LE(at))
  assert.deepEqual([encoding, channels, bits, wav.readUInt32LE(24)], [1, 1, 16, 8_000])
  assert.deepEqual([wav.readUInt32LE(4), wav.readUInt32LE(40)], [wav.length - 8, wav.length - 44])
  const samples = Array.from({ length: (wav.length - 44) / 2 }, (_, n) => wav.readInt16LE(44 + 2 * n))
  assert.equal(samples.length, 4_000, 'as long as it was said')
  const middle = samples.slice(800, -800)
  assert.ok(Math.abs(levelOf(middle, espeakTone) - 8_000) < 200, 'what was said is in it')
  assert.ok(levelOf(middle, 1_000) < 100, 'and nothing else')
})

test('a recording of one’s own stays, and a file that is missing is made', (t) => {
  const { out, make } = prepare(t)
  mkdirSync(join(out, language), { recursive: true })
  writeFileSync(join(out, language, 'confirm.wav'), 'my own voice')
  const { said } = make(out, '--languages', language)
  assert.match(said, new RegExp(`^${language}: 1 left as they were: confirm$`, 'm'))
  assert.equal(readFileSync(join(out, language, 'confirm.wav'), 'utf8'), 'my own voice')
  assert.deepEqual(readdirSync(join(out, language)).sort(), files, 'no half of a file is left')
  assert.ok(!existsSync(join(out, other)), 'a language that is not asked for is not made')

  rmSync(join(out, language, 'approved.wav'))
  const again = make(out, '--languages', language).said
  assert.match(again, new RegExp(`^${language}: 1 made: approved$`, 'm'))
  assert.match(again, new RegExp(`^${language}: ${keys.length - 1} left as they were: `, 'm'))
  const all = make(out, '--languages', language, '--overwrite').said
  assert.doesNotMatch(all, / left /)
  assert.notEqual(readFileSync(join(out, language, 'confirm.wav'), 'utf8'), 'my own voice')
})

for (const shape of ['flow.texts.prompts', 'flow.texts']) {
  test(`texts of one’s own are said in place of the usual ones: ${shape}`, (t) => {
    const { folder, out, make, spoken } = prepare(t)
    const own = { [language]: { 'card-number': 'Press the pound key.', processing: 'Hold on – ąß.' } }
    const file = join(folder, 'own.json')
    writeFileSync(file, `\uFEFF${JSON.stringify(shape === 'flow.texts' ? { prompts: own } : own)}`)
    assert.equal(make(out, '--languages', language, '--texts', file).code, 0)
    const said = spoken()
    assert.ok(said.includes(`${language} Press the pound key.`))
    assert.ok(!said.includes(`${language} ${texts[language]?.['card-number']}`))
    const holdOn = said.filter((line) => line === `${language} Hold on – ąß.`)
    assert.equal(holdOn.length, 2, 'for a card verification too, as in the configuration')
    assert.ok(said.includes(`${language} ${texts[language]?.approved}`))
  })
}

const faults: readonly (readonly [string, unknown, RegExp])[] = [
  ['no JSON', '{"en": ', /own\.json cannot be read: /],
  ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), /own\.json cannot be read: /],
  ['a list', '[]', /own\.json cannot be read: It must be a JSON object/],
  ['a language that there is not', { fr: {} }, /'fr' is not a language of the prompts: en, de, pl/],
  ['the name of a member of every object', { constructor: {} }, /'constructor' is not a language/],
  ['a text where its texts should be', { en: 'Hello' }, /en must be an object of texts/],
  ['a key that there is not', { en: { greeting: 'Hello' } }, /en\.greeting is not the key of a prompt/],
  ['a key that leaves the folder', { en: { '../../x': 'Hello' } }, /en\.\.\.\/\.\.\/x is not the key/],
  ['a key of every object', { en: { toString: 'Hello' } }, /en\.toString is not the key/],
  ['no text', { en: { confirm: ' ' } }, /en\.confirm must be a text/],
  ['a number', { en: { confirm: 1 } }, /en\.confirm must be a text/],
  [
    'what another payment has otherwise',
    { en: { confirm: 'You pay {amount}.' } },
    /en\.confirm: a recording cannot say \{amount\}/,
  ],
]

for (const [what, content, expected] of faults) {
  test(`texts with ${what} are refused, and nothing is made`, (t) => {
    const { folder, out, make } = prepare(t)
    const isRaw = typeof content === 'string' || Buffer.isBuffer(content)
    writeFileSync(join(folder, 'own.json'), isRaw ? content : JSON.stringify(content))
    assertRefused(make(out, '--texts', join(folder, 'own.json')), expected)
    assert.ok(!existsSync(out))
  })
}

for (const [words, expected] of [
  [[], /One folder must be given\.\nUsage: /],
  [['one', 'two'], /One folder must be given\.\nUsage: /],
  [['out', '--languages', 'en,fr'], /'fr' is not a language of the prompts: en, de, pl/],
  [['out', '--languages', '../en'], /'\.\.\/en' is not a language/],
  [['out', '--languages', ''], /'' is not a language/],
  [['out', '--texts', 'nowhere.json'], /nowhere\.json cannot be read: ENOENT/],
  [['out', '--quick'], /--quick.*\nUsage: /],
] as const) {
  test(`what cannot be understood is refused: ${words.join(' ') || 'no word'}`, (t) => {
    const { folder, make } = prepare(t)
    assertRefused(make(...words), expected)
    assert.ok(!existsSync(join(folder, 'out')))
  })
}

test('without espeak-ng it is said how it is installed', (t) => {
  const { folder, out, make } = prepare(t)
  rmSync(join(folder, 'espeak-ng'))
  assertRefused(
    make(out),
    /^espeak-ng is not installed\. On Debian: apt-get install --no-install-recommends espeak-ng$/m,
  )
})

for (const [what, program, expected] of [
  ['fails', 'echo "no such voice" >&2; exit 1', /espeak-ng could not say "[^"]+": no such voice/],
  ['says nothing', '/bin/cat silence.wav', /espeak-ng said nothing for "/],
  ['writes something else', 'echo hello', /espeak-ng has not written a WAV of 16 bits, mono/],
] as const) {
  test(`where espeak-ng ${what}, no file is made`, (t) => {
    const { out, make, instead } = prepare(t)
    instead(program)
    assertRefused(make(out), expected)
    assert.deepEqual(readdirSync(join(out, language)), [])
  })
}

test('a folder that cannot be made is named', (t) => {
  const { folder, make } = prepare(t)
  writeFileSync(join(folder, 'a-file'), '')
  assertRefused(make(join(folder, 'a-file')), /a-file/)
})

function assertRefused(
  { code, said, complaint }: ReturnType<ReturnType<typeof prepare>['make']>,
  expected: RegExp,
) {
  assert.match(complaint, expected)
  assert.doesNotMatch(complaint, /\n\s+at /, 'it is no stack')
  assert.deepEqual([code, said], [1, ''])
}

/** A folder with the script's own surroundings: nothing of this machine is in its `PATH` but an espeak-ng. */
function prepare(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-prompts-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const espeak = writeTestEspeak(folder)
  return {
    folder,
    out: join(folder, 'made', 'prompts'),
    ...espeak,
    make(...words: readonly string[]) {
      const options = { cwd: folder, env: { PATH: folder }, encoding: 'utf8', timeout: 60_000 } as const
      const modest = ['-c', 'umask 077 && exec "$0" "$@"', process.execPath, script]
      const { status, stdout, stderr } = spawnSync('/bin/sh', [...modest, ...words], options)
      return { code: status, said: stdout, complaint: stderr }
    },
  }
}
