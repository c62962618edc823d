import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { languages } from '@tonegate/protocol/languages'
import { problems } from '../src/base/problem.ts'
import { commands } from '../src/cli/commands.ts'
import { type ReadText, readDocuments, readTexts, sentencesIn, textsIn } from './harness/test-texts.ts'

const page = readFileSync(new URL('../../docs/writing.md', import.meta.url), 'utf8')

/** The rows of the table behind a heading of the page, as their cells, without the head. */
function rowsUnder(heading: string): readonly (readonly string[])[] {
  const [, section = ''] = page.split(`\n### ${heading}\n`)
  const [own = ''] = section.split(/^#/m)
  const rows = own.split('\n').filter((line) => line.startsWith('|'))
  assert.ok(rows.length > 2, `the page has a table under ‘${heading}’`)
  return rows.slice(2).map((row) => row.split('|').slice(1, -1))
}

const quotedIn = (cell = ''): readonly string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word)

interface NeverWord {
  readonly word: string
  /** Finds it as a whole word. */
  readonly pattern: RegExp
}

function neverWords(heading: string): readonly NeverWord[] {
  return rowsUnder(heading).flatMap(([words]) =>
    quotedIn(words).map((word) => {
      const exact = word.replace(/\*$/, '').replace(/[.?+()[\]{}|\\^$]/g, '\\$&')
      const ending = word.endsWith('*') ? '\\p{L}*' : ''
      return { word, pattern: new RegExp(`(?<![\\p{L}\\p{N}_-])${exact}${ending}(?![\\p{L}\\p{N}_-])`, 'iu') }
    }),
  )
}

const never = {
  en: neverWords('Never in English'),
  de: neverWords('Never in German'),
  pl: neverWords('Never in Polish'),
  toCustomers: neverWords('Never to customers'),
  inCommands: neverWords('Never in commands'),
}

const customersRead =
  /^server\/src\/vault\/(?:payment-page\/texts|prompts|links\/link-texts)|^web\/src\/payment-page\//
const isCommand = /^server\/src\/cli\//

const exceptions = rowsUnder('Where such a word is right').map(([where, words]) => ({
  file: quotedIn(where)[0] ?? '',
  words: quotedIn(words)[0] ?? '',
}))

/** The words that a text should not say. */
function wordsAtFault({ file, language, text }: ReadText): readonly string[] {
  return [
    ...never[language],
    ...(customersRead.test(file) ? never.toCustomers : []),
    ...(isCommand.test(file) ? never.inCommands : []),
  ]
    .filter(({ pattern }) => pattern.test(text))
    .map(({ word }) => word)
}

function withoutExceptions(read: ReadText): ReadText {
  const own = exceptions.filter(({ file }) => file === read.file)
  return { ...read, text: own.reduce((text, { words }) => text.replaceAll(words, '…'), read.text) }
}

const texts = readTexts()

for (const [what, read] of [
  ['text of the program', texts],
  ['document', readDocuments()],
] as const) {
  test(`no ${what} says what the glossary never says`, () => {
    const faults = read.flatMap((each) =>
      wordsAtFault(withoutExceptions(each)).map(
        (word) => `${each.file}:${each.line} says ‘${word}’: ${each.text}`,
      ),
    )
    assert.deepEqual(faults, [])
  })
}

test('every exception has its reason, and is needed', () => {
  for (const [where, words, why = ''] of rowsUnder('Where such a word is right')) {
    assert.match(why, /\w+ \w+/, `${where} ${words}`)
  }
  for (const exception of exceptions) {
    const excused = texts.filter(
      ({ file, text }) => file === exception.file && text.includes(exception.words),
    )
    assert.ok(
      excused.some((read) => wordsAtFault(read).length > 0),
      `${exception.file} does not say ‘${exception.words}’ any longer, or may say it anyway`,
    )
  }
})

test('the texts of every page, prompt and message are read, in three languages', () => {
  for (const folder of [
    'web/src/agent-view/texts/',
    'server/src/vault/agent-view/view-page-texts.ts',
    'server/src/vault/payment-page/texts/',
    'server/src/identity/authorize/pages/texts/',
    'server/src/vault/links/link-texts.ts',
    'server/src/vault/prompts/prompt-texts.ts',
    'web/src/simulator/texts-',
    'server/src/sandbox/outbox-page.ts',
  ]) {
    const own = texts.filter(({ file }) => file.startsWith(folder))
    const [count, ...others] = languages.map(
      (language) => own.filter((read) => read.language === language).length,
    )
    assert.ok(count && count > 5, `${folder} has texts`)
    for (const other of others)
      assert.ok(other > count / 2 && other < count * 2, `${folder}: ${other} of ${count}`)
  }
})

test('so are the title of every problem and the summary of every command', () => {
  const read = new Set(texts.map(({ text }) => text))
  const titles = Object.values(problems).map(({ title }) => title)
  for (const text of [...titles, ...commands.map(({ summary }) => summary)]) assert.ok(read.has(text), text)
})

for (const [what, file, source, words] of [
  ['a text', 'web/src/en.ts', "export const en = { ask: 'Please type your card number.' }", ['type your']],
  ['a single word', 'web/src/de.ts', "export const de = { cancel: 'Abbruch' }", ['Abbruch']],
  ['a text with places', 'web/src/de.ts', `export const de = (who) => \`Der Anrufer \${who}\``, ['Anrufer*']],
  ['any ending', 'web/src/texts-pl.ts', "export const pl = { hears: 'Telefon dzwoniącego' }", ['dzwoniąc*']],
  ['one of three languages', 'server/src/a.ts', "const t = { en: 'Anrufer', de: 'Anrufer' }", ['Anrufer*']],
  [
    'a problem',
    'server/src/a.ts',
    "throw new Problem('x', 'There is nothing here.')",
    ['there is nothing here'],
  ],
  ['a condition', 'server/src/a.ts', "const t = paid ? 'was not taken' : 'is paid'", ['not taken']],
  ['a text in two parts', 'server/src/a.ts', "log('a sum of ' + amount)", ['sum']],
  ['markup', 'server/src/a.ts', 'html`<p>Your <b>telephone</b> rings</p>`', ['telephone*']],
  ['an element', 'web/src/a.tsx', '<p title="Say it anew">It goes on</p>', ['anew', 'goes on']],
  [
    'what customers read',
    'server/src/vault/payment-page/texts/en.ts',
    "const a = 'Ask the agent'",
    ['agent'],
  ],
  ['a command', 'server/src/cli/a.ts', "const summary = 'List people'", ['people']],
] as const) {
  test(`a word is seen in ${what}`, () => {
    assert.deepEqual(textsIn(file, source).flatMap(wordsAtFault).sort(), words)
  })
}

for (const [what, source] of [
  ['a name of a member', "const x = { 'not taken': 1 }"],
  ['an import', "import 'good for it'"],
  ['a type', "let x: 'not taken'"],
  ['a comparison', "if (x === 'not taken') y()"],
  ['a class of an element', 'html`<p class="side telephone">It rings</p>`'],
  ['a longer word', "log('a summary, un-typed')"],
] as const) {
  test(`a word is not seen in ${what}`, () => {
    assert.deepEqual(textsIn('server/src/a.ts', source).flatMap(wordsAtFault), [])
  })
}

test('a word is seen in a document, over the end of a line, and not in code', () => {
  const markdown =
    'Look it up\n\nA refund is\ngood for a `good for` [day](good for).\n\n```sh\nanew\n```\n| a | anew |\n'
  assert.deepEqual(
    sentencesIn('docs/a.md', markdown).flatMap((read) => wordsAtFault(read).map((word) => [read.line, word])),
    [
      [3, 'good for'],
      [9, 'anew'],
    ],
  )
})

test('every word of the tables finds itself, in a sentence too', () => {
  for (const { word, pattern } of Object.values(never).flat()) {
    const said = word.replace(/\*$/, '')
    assert.match(said, pattern)
    assert.match(`So: ${said.toUpperCase()}.`, pattern)
  }
})
