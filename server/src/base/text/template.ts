import mustache, { type TemplateSpans } from 'mustache'

/** What a template is filled from. Only its own members are found, never those of a prototype. */
export type TemplateValues = { readonly [name: string]: string | TemplateValues | undefined }

/** Which names there are: a text, names below it, or `any`, where whatever stands below it may be asked for. */
export type TemplateShape = { readonly [name: string]: 'text' | 'any' | TemplateShape | undefined }

/** How values are written into the text around them. */
export type TemplateEscape =
  | 'none'
  /** For places between the quotes of a JSON string. */
  | 'json'
  /** As `application/x-www-form-urlencoded`. */
  | 'form'

export interface TemplateOptions {
  readonly escape?: TemplateEscape
  /** How long a rendered text may be. */
  readonly maxCharacters?: number
  /** Whether a longer one is an error, or ends there. */
  readonly tooLong?: 'refuse' | 'cut'
}

export interface Template {
  /** @throws {TemplateError} when the text is longer than `maxCharacters` and `tooLong` is `refuse`. */
  render(values: TemplateValues): string
  /** The names in it that no values of this shape would have. */
  unknownNames(shape: TemplateShape): readonly { readonly name: string; readonly line: number }[]
}

/** What is wrong with a template, in words for who wrote it, with its line. */
export class TemplateError extends Error {
  readonly line: number

  constructor(text: string, line: number) {
    super(`line ${line}: ${text}`)
    this.name = 'TemplateError'
    this.line = line
  }
}

/** The longest template that is read. */
export const maxTemplateCharacters = 16_384

/** How long a rendered text may be, where nothing else is said. */
const defaultMaxCharacters = 65_536

/**
 * A template of the logic-less language Mustache: `{{name}}`, `{{name.below}}`, sections `{{#name}}…{{/name}}` for
 * what is there and not empty, `{{^name}}…{{/name}}` for what is not, `{{.}}` for the section's own text, and
 * comments `{{! … }}`. A name without a value is empty. Nothing is looked up outside of the values: no partials, no
 * functions, no other delimiters; and nothing is repeated, so that a text is bounded.
 *
 * @throws {TemplateError} when the text is no such template.
 */
export function compileTemplate(text: string, options: TemplateOptions = {}): Template {
  const { escape: way = 'none', maxCharacters = defaultMaxCharacters, tooLong = 'refuse' } = options
  if (text.length > maxTemplateCharacters) {
    throw new TemplateError(`the template is longer than ${maxTemplateCharacters} characters`, 1)
  }
  const parts = readParts(parse(text), text, way)
  return {
    render(values) {
      let rendered = ''
      for (const piece of piecesOf(parts, [values], escapes[way])) {
        rendered += piece
        if (rendered.length <= maxCharacters) continue
        if (tooLong === 'cut') return rendered.slice(0, maxCharacters).toWellFormed()
        throw new TemplateError(`the resulting text is longer than ${maxCharacters} characters`, 1)
      }
      return rendered
    },
    unknownNames: (shape) => [...unknownNamesOf(parts, [shape])],
  }
}

type Part =
  | { readonly kind: 'text'; readonly text: string }
  | ({ readonly kind: 'value' } & Name)
  | ({ readonly kind: 'section' | 'inverted'; readonly parts: readonly Part[] } & Name)

interface Name {
  readonly name: string
  readonly line: number
}

/** With a writer of its own: one that is shared would keep every text that it has read. */
function parse(text: string): TemplateSpans {
  try {
    return new mustache.Writer().parse(text, ['{{', '}}'])
  } catch (error) {
    throw asTemplateError(error instanceof Error ? error.message : '', text)
  }
}

const faults: readonly (readonly [RegExp, (section: string) => string])[] = [
  [/^Unclosed tag at (?<at>\d+)$/, () => '{{ without }}'],
  [/^Unclosed section "(?<section>.*)" at (?<at>\d+)$/s, (section) => `{{#${section}}} is not closed`],
  [
    /^Unopened section "(?<section>.*)" at (?<at>\d+)$/s,
    (section) => `{{/${section}}} does not close anything`,
  ],
]

function asTemplateError(message: string, text: string): TemplateError {
  for (const [pattern, say] of faults) {
    const { at, section = '' } = pattern.exec(message)?.groups ?? {}
    if (at !== undefined) return new TemplateError(say(shortened(section)), lineAt(text, Number(at)))
  }
  return new TemplateError('must use {{ and }}; other delimiters are not supported', 1)
}

const shortened = (name: string) => (name.length > 64 ? `${name.slice(0, 64)}…` : name)

const lineAt = (text: string, at: number) => text.slice(0, at).split('\n').length

function readParts(spans: TemplateSpans, text: string, way: TemplateEscape): readonly Part[] {
  return spans.flatMap((span): Part[] => {
    const [kind, value, at] = span
    if (kind === 'text') return [{ kind, text: value }]
    if (kind === '!') return []
    const line = lineAt(text, at)
    const named = { name: nameIn(value, line), line }
    if (kind === 'name') return [{ kind: 'value', ...named }]
    if (kind === '#' || kind === '^') {
      const below = Array.isArray(span[4]) ? readParts(span[4], text, way) : []
      return [{ kind: kind === '#' ? 'section' : 'inverted', parts: below, ...named }]
    }
    if (kind === '&' && way === 'none') return [{ kind: 'value', ...named }]
    throw new TemplateError(refusals[kind] ?? `{{${kind}…}} is not supported`, line)
  })
}

const refusals: Readonly<Record<string, string>> = {
  '&': `{{{…}}} and {{&…}} would write a value unescaped; use {{…}}`,
  '>': '{{>…}} is not supported: there are no other templates',
  '=': '{{=…=}} is not supported: the delimiters are always {{ and }}',
}

function nameIn(written: string, line: number): string {
  const name = written.trim()
  if (name === '') throw new TemplateError('a tag without a name', line)
  if (name !== '.' && name.split('.').some((each) => each.trim() === '')) {
    throw new TemplateError(`'${shortened(name)}' is not a valid name`, line)
  }
  return name
}

const escapes: Readonly<Record<TemplateEscape, (value: string) => string>> = {
  none: (value) => value,
  json: (value) => JSON.stringify(value).slice(1, -1),
  form: (value) => new URLSearchParams([['', value]]).toString().slice(1),
}

/** @param scopes what names are looked up in, the innermost last. */
function* piecesOf(
  parts: readonly Part[],
  scopes: readonly (string | TemplateValues)[],
  escaped: (value: string) => string,
): Generator<string> {
  for (const part of parts) {
    if (part.kind === 'text') {
      yield part.text
      continue
    }
    const found = lookUp(part.name, scopes)
    if (part.kind === 'value') {
      if (typeof found === 'string') yield escaped(found)
    } else if (part.kind === 'inverted') {
      if (!found) yield* piecesOf(part.parts, scopes, escaped)
    } else if (found) {
      yield* piecesOf(part.parts, [...scopes, found], escaped)
    }
  }
}

function* unknownNamesOf(
  parts: readonly Part[],
  scopes: readonly ('text' | 'any' | TemplateShape)[],
): Generator<Name> {
  for (const part of parts) {
    if (part.kind === 'text') continue
    const found = lookUp<'text' | 'any'>(part.name, scopes, 'any')
    if (!found) yield { name: part.name, line: part.line }
    if (part.kind === 'value') continue
    const below = part.kind === 'section' ? [...scopes, found ?? 'any'] : scopes
    yield* unknownNamesOf(part.parts, below)
  }
}

/**
 * As Mustache does: the first name is looked for from the innermost scope outwards, and those after it below that. A
 * member whose own name has points in it is found too.
 *
 * @param any a leaf below which everything is found.
 */
function lookUp<Leaf extends string>(
  name: string,
  scopes: readonly (Leaf | Tree<Leaf>)[],
  any?: NoInfer<Leaf>,
): Leaf | Tree<Leaf> | undefined {
  if (name === '.') return scopes.at(-1)
  const path = name.split('.')
  const scope = scopes.findLast(
    (each) => each === any || [name, path[0] ?? ''].some((start) => member(each, start) !== undefined),
  )
  return memberAt(scope, path, any)
}

function memberAt<Leaf extends string>(
  of: Leaf | Tree<Leaf> | undefined,
  path: readonly string[],
  any: Leaf | undefined,
): Leaf | Tree<Leaf> | undefined {
  if (of === undefined || of === any) return of
  const found = member(of, path.join('.'))
  const [first = '', ...below] = path
  return found === undefined && below.length > 0 ? memberAt(member(of, first), below, any) : found
}

type Tree<Leaf extends string> = { readonly [name: string]: Leaf | Tree<Leaf> | undefined }

function member<Leaf extends string>(
  of: Leaf | Tree<Leaf> | undefined,
  name: string,
): Leaf | Tree<Leaf> | undefined {
  return typeof of === 'object' && Object.hasOwn(of, name) ? of[name] : undefined
}
