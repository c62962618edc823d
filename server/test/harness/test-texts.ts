import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Language } from '@tonegate/protocol/languages'
import { parseSync } from 'vite'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** A text of the program that somebody reads. */
export interface ReadText {
  /** From the root of the repository. */
  readonly file: string
  readonly line: number
  readonly language: Language
  /** What stands in the place of a value is `…`. */
  readonly text: string
}

/**
 * The texts of all pages, prompts and messages, in their language, and all other sentences of the program: errors, commands,
 * log lines, pages that are English. A sentence is a text of two words or more.
 */
export function readTexts(): readonly ReadText[] {
  return globSync('{server,web,protocol,client}/src/**/*.{ts,tsx}', { cwd: root })
    .filter((file) => !/(?:\.test|\.long|\.soak)\.tsx?$|\/test-[^/]*$/.test(file))
    .sort()
    .flatMap((file) => textsIn(file, readFileSync(`${root}${file}`, 'utf8')))
}

/**
 * The sentences of the documents, without code and addresses. `docs/screens.md` consists of the names of pictures,
 * `docs/writing.md` of the words that are looked for, and the changelog may name a word that was replaced.
 */
export function readDocuments(): readonly ReadText[] {
  const leftOut = ['CHANGELOG.md', 'docs/screens.md', 'docs/writing.md']
  return globSync(['*.md', 'docs/*.md'], { cwd: root })
    .filter((file) => !leftOut.includes(file))
    .sort()
    .flatMap((file) => sentencesIn(file, readFileSync(`${root}${file}`, 'utf8')))
}

/** @param markdown whose sentences may go over several lines; each row of a table is one. */
export function sentencesIn(file: string, markdown: string): readonly ReadText[] {
  const blank = (text: string) => text.replace(/[^\n]/g, '')
  const prose = markdown
    .replace(/^```[\s\S]*?^```$/gm, blank)
    .replace(/<!--[\s\S]*?-->/g, blank)
    .replace(/^\[[^\]]+\]: .*$/gm, '')
    .replace(/`[^`\n]+`/g, '…')
    .replace(/\]\([^)\s]*\)/g, ']')
  let line = 1
  return prose.split(unitBegins).flatMap((unit) => {
    const begun = line + (/^\n*/.exec(unit)?.[0].length ?? 0)
    line += unit.split('\n').length
    return unit
      .replace(/\s+/g, ' ')
      .split(/(?<=[.:;?!]) /)
      .map((text): ReadText => ({ file, line: begun, language: 'en', text: text.trim() }))
  })
}

/** A paragraph, an entry of a list, a row of a table. */
const unitBegins = /\n(?=\n| *(?:[-*]|\d+\.) |\|)/

/** @param source is TypeScript, with or without JSX. */
export function textsIn(file: string, source: string): readonly ReadText[] {
  return [...textsOf(parseSync(file, source).program, languageOfFile(file))].flatMap(
    ({ text, node, language }) => {
      const plain = text
        .replace(/<[^>]*>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim()
      if (!(language ? /\p{L}/u : /\p{L} \S*\p{L}/u).test(plain)) return []
      const line = source.slice(0, node.start).split('\n').length
      return [{ file, line, language: language ?? 'en', text: plain }]
    },
  )
}

const languageOfFile = (file: string): Language | undefined =>
  /(?:\/|-)(en|de|pl)\.ts$/.exec(file)?.[1] as Language | undefined

interface Node {
  readonly type: string
  readonly start: number
  readonly [member: string]: unknown
}

interface Found {
  readonly text: string
  readonly node: Node
  /** Of the file, or of the member that it stands in; nothing where neither names one. */
  readonly language: Language | undefined
}

function* textsOf(value: unknown, language: Language | undefined): Generator<Found> {
  if (Array.isArray(value)) for (const each of value) yield* textsOf(each, language)
  if (!isNode(value)) return
  const text = textOf(value)
  if (text !== undefined) yield { text, node: value, language }
  const own = value.type === 'Property' ? languageNamed(value.key) : undefined
  yield* textsOf(readMembers(value), own ?? language)
}

function textOf({ type, value, quasis }: Node): string | undefined {
  if ((type === 'Literal' && typeof value === 'string') || type === 'JSXText') return String(value)
  if (type !== 'TemplateLiteral') return undefined
  return (quasis as readonly { readonly value: { readonly cooked?: string } }[])
    .map(({ value: { cooked = '' } }) => cooked)
    .join('…')
}

/** Of an element, what somebody sees or hears. */
const readAttributes = new Set(['alt', 'aria-label', 'label', 'placeholder', 'title'])

/** Where texts can stand in a node: not in types, imports, names of members, and what something is compared with. */
function readMembers(node: Node): readonly unknown[] {
  if (node.type.startsWith('TS')) return [node.expression]
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ImportExpression':
    case 'ExportAllDeclaration':
      return []
    case 'ExportNamedDeclaration':
      return [node.declaration]
    case 'BinaryExpression':
      return node.operator === '+' ? [node.left, node.right] : []
    case 'Property':
      return node.computed ? [node.key, node.value] : [node.value]
    case 'SwitchCase':
      return [node.consequent]
    case 'JSXAttribute':
      return readAttributes.has(String((node.name as Node).name)) ? [node.value] : []
    default:
      return Object.values(node)
  }
}

function languageNamed(key: unknown): Language | undefined {
  const name = isNode(key) ? (key.name ?? key.value) : undefined
  return name === 'en' || name === 'de' || name === 'pl' ? name : undefined
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'
