#!/usr/bin/env node
// Makes the audio of what callers hear, for rtpengine: one file for each prompt and language, by espeak-ng. Recordings of
// your own take their place: a file that is there stays as it is. It needs prompts.json beside it, and nothing else.
//
//   node make-prompts.mjs OUT [--languages en,de,pl] [--texts FILE] [--overwrite]
//
// It writes OUT/<language>/<key>.wav: 8,000 samples a second, mono, 16 bits. FILE has texts of your own, as JSON in the
// shape of an account configuration's flow.texts.prompts: {"en": {"use-link": "…"}}.
import { spawnSync } from 'node:child_process'
import { chmodSync, lstatSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

const sampleRate = 8_000
const wordsPerMinute = 150

/** Something that whoever runs this can mend. */
class Refused extends Error {}

try {
  makePrompts(readArguments())
} catch (error) {
  if (!(error instanceof Refused) && !error.syscall) throw error
  console.error(error.message)
  process.exitCode = 1
}

function makePrompts({ out, languages, textsFile, overwrite }) {
  const usual = readJson(new URL('prompts.json', import.meta.url))
  const chosen = languages ?? Object.keys(usual)
  for (const language of chosen) requireKnown(usual, language)
  const own = textsFile === undefined ? {} : readOwnTexts(textsFile, usual)
  for (const language of chosen) {
    const folder = join(out, language)
    makeFolder(folder)
    const [made, left] = [[], []]
    for (const [key, text] of Object.entries(usual[language])) {
      const file = join(folder, `${key}.wav`)
      const isThere = lstatSync(file, { throwIfNoEntry: false }) !== undefined
      if (isThere && !overwrite) left.push(key)
      else {
        write(file, speak(language, ownText(own[language], key) ?? text))
        made.push(key)
      }
    }
    if (made.length > 0) console.log(`${language}: ${made.length} made: ${made.join(', ')}`)
    if (left.length > 0) console.log(`${language}: ${left.length} left as they were: ${left.join(', ')}`)
  }
  console.log(`For the phone system: platform create … --kind rtpengine --prompts ${out}`)
}

function readArguments() {
  const usage = 'Usage: node make-prompts.mjs OUT [--languages en,de,pl] [--texts FILE] [--overwrite]'
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: {
        languages: { type: 'string' },
        texts: { type: 'string' },
        overwrite: { type: 'boolean', default: false },
      },
    })
    const [out = '', ...more] = positionals
    if (out === '' || more.length > 0) throw new Refused('One folder must be given.')
    const languages = values.languages?.split(',')
    return { out: resolve(out), languages, textsFile: values.texts, overwrite: values.overwrite }
  } catch (error) {
    throw new Refused(`${error.message}\n${usage}`)
  }
}

/** Texts of an account's own, as its configuration has them in flow.texts or in flow.texts.prompts. */
function readOwnTexts(file, usual) {
  const read = readJson(file)
  const own = requireObject(
    read.prompts ?? read,
    `${file} must be an object of languages, as {"en": {"use-link": "…"}}.`,
  )
  for (const [language, texts] of Object.entries(own)) {
    requireKnown(usual, language, `${file}: `)
    requireObject(texts, `${file}: ${language} must be an object of texts.`)
    for (const [key, text] of Object.entries(texts)) {
      const name = `${file}: ${language}.${key}`
      if (!Object.hasOwn(usual[language], key)) throw new Refused(`${name} is not the key of a prompt.`)
      if (typeof text !== 'string' || text.trim() === '') throw new Refused(`${name} must be a text.`)
      const [place] = /\{\w+\}/.exec(text) ?? []
      if (place) {
        throw new Refused(
          `${name}: a recording cannot say ${place}, which is another one in each payment. Write it without.`,
        )
      }
    }
  }
  return own
}

/** Where an account's own text stands for a payment, it stands for a card verification too, as in its configuration. */
function ownText(own = {}, key) {
  return [key, key.replace(/-verification$/, '')]
    .filter((each) => Object.hasOwn(own, each))
    .map((each) => own[each])[0]
}

function readJson(file) {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file))
    return requireObject(JSON.parse(text), 'It must be a JSON object.')
  } catch (error) {
    throw new Refused(`${file} cannot be read: ${error.message}`)
  }
}

function requireObject(value, otherwise) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Refused(otherwise)
  return value
}

function requireKnown(usual, language, where = '') {
  if (Object.hasOwn(usual, language)) return
  const known = Object.keys(usual).join(', ')
  throw new Refused(`${where}'${language}' is not a language of the prompts: ${known}.`)
}

/** What rtpengine's own user can read, too. */
function makeFolder(folder) {
  const first = mkdirSync(folder, { recursive: true })
  for (let each = folder; first && each.startsWith(first); each = join(each, '..')) chmodSync(each, 0o755)
}

/** A run that is ended in the middle leaves no half of a file in its place. */
function write(file, samples) {
  const part = `${file}.part`
  writeFileSync(part, wavOf(samples))
  chmodSync(part, 0o644)
  renameSync(part, file)
}

/** A text as espeak-ng says it. */
function speak(language, text) {
  const words = ['-v', language, '-s', String(wordsPerMinute), '--stdin', '--stdout']
  const { error, status, stdout, stderr } = spawnSync('espeak-ng', words, {
    input: text,
    timeout: 60_000,
    maxBuffer: 2 ** 26,
  })
  if (error?.code === 'ENOENT') {
    throw new Refused(
      'espeak-ng is not installed. On Debian: apt-get install --no-install-recommends espeak-ng',
    )
  }
  // A program that ends before it has read the text says itself what is wrong.
  if ((error && error.code !== 'EPIPE') || status !== 0) {
    throw new Refused(
      `espeak-ng could not say "${text}": ${stderr?.toString().trim() || (error?.message ?? status)}`,
    )
  }
  const { rate, samples } = readWav(stdout)
  if (samples.length === 0) throw new Refused(`espeak-ng said nothing for "${text}".`)
  return resample(samples, rate)
}

/** espeak-ng does not know how long it will be when it writes the header: the samples go on to the end. */
function readWav(bytes) {
  const [format, data] = [bytes.indexOf('fmt '), bytes.indexOf('data')]
  const isSpeech =
    format > 0 && bytes.readUInt16LE(format + 10) === 1 && bytes.readUInt16LE(format + 22) === 16
  if (!isSpeech || data < 0) throw new Refused('espeak-ng has not written a WAV of 16 bits, mono.')
  const samples = bytes.subarray(data + 8)
  return {
    rate: bytes.readUInt32LE(format + 12),
    samples: Int16Array.from({ length: samples.length >> 1 }, (_, n) => samples.readInt16LE(2 * n)),
  }
}

function wavOf(samples) {
  const header = Buffer.alloc(44)
  header.write('RIFF', 0)
  header.writeUInt32LE(36 + 2 * samples.length, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(1, 22)
  header.writeUInt32LE(sampleRate, 24)
  header.writeUInt32LE(2 * sampleRate, 28)
  header.writeUInt16LE(2, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36)
  header.writeUInt32LE(2 * samples.length, 40)
  const body = Buffer.alloc(2 * samples.length)
  for (const [n, sample] of samples.entries()) {
    body.writeInt16LE(Math.max(-32_768, Math.min(32_767, Math.round(sample))), 2 * n)
  }
  return Buffer.concat([header, body])
}

/** Without what a telephone cannot carry, which would come back as noise: a sinc in a Hann window. */
function resample(samples, rate) {
  const cutoff = 0.95 * Math.min(1, sampleRate / rate)
  const reach = Math.ceil(16 / cutoff)
  const kept = new Map()
  return Float64Array.from({ length: Math.floor((samples.length * sampleRate) / rate) }, (_, n) => {
    const phase = (n * rate) % sampleRate
    const first = (n * rate - phase) / sampleRate - reach
    if (!kept.has(phase)) kept.set(phase, weightsOf({ cutoff, reach, fraction: phase / sampleRate }))
    const weights = kept.get(phase)
    let sum = 0
    for (let at = 0; at < weights.length; at += 1) sum += weights[at] * (samples[first + at] ?? 0)
    return sum
  })
}

/** How much each sample counts for one that is a fraction after the middle of them. */
function weightsOf({ cutoff, reach, fraction }) {
  const weights = Float64Array.from({ length: 2 * reach + 1 }, (_, at) => {
    const offset = at - reach - fraction
    const x = Math.PI * cutoff * offset
    return (x === 0 ? 1 : Math.sin(x) / x) * (1 + Math.cos((Math.PI * offset) / (reach + 1)))
  })
  const sum = weights.reduce((total, each) => total + each, 0)
  return weights.map((each) => each / sum)
}
