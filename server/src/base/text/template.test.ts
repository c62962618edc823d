import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compileTemplate, maxTemplateCharacters, TemplateError, type TemplateValues } from './template.ts'

const values = {
  outcome: 'approved',
  reason: '',
  card: { brand: 'visa', last4: '0026' },
  paymentData: { 'First name': 'Zoë', note: '"<b>&\n' },
} as const satisfies TemplateValues

const render = (text: string) => compileTemplate(text).render(values)

test('names are filled in as they are, and those without a value are empty', () => {
  assert.equal(render('{{outcome}} {{ card.last4 }}'), 'approved 0026')
  assert.equal(render('{{paymentData.First name}}'), 'Zoë')
  assert.equal(render('{{paymentData.note}}{{{paymentData.note}}}{{&paymentData.note}}'), '"<b>&\n'.repeat(3))
  assert.equal(render('[{{nobody}}{{card}}{{card.nothing}}{{outcome.length}}{{reason}}]'), '[]')
  assert.equal(render(''), '')
  assert.equal(render('{"a":{"b":1}} } }} {'), '{"a":{"b":1}} } }} {')
})

test('a section is there for what has a value, and nothing is repeated', () => {
  assert.equal(render('{{#reason}}because {{.}}{{/reason}}{{^reason}}{{outcome}}{{/reason}}'), 'approved')
  assert.equal(render('{{#card}}{{brand}} {{last4}} {{outcome}}{{/card}}'), 'visa 0026 approved')
  assert.equal(render('{{#card.last4}}ends in {{.}}{{/card.last4}}'), 'ends in 0026')
  assert.equal(render('{{^nobody}}none{{/nobody}}{{#nobody}}one{{/nobody}}{{! a comment }}'), 'none')
})

test('a member whose name has points in it is found by that name', () => {
  const details = { 'processor.code': '00', processor: { avs: 'Y' }, 'a.b.c': 'x' }
  const { render: fill } = compileTemplate(
    '{{details.processor.code}} {{details.processor.avs}} {{details.a.b.c}}',
  )
  assert.equal(fill({ details }), '00 Y x')
  assert.equal(compileTemplate('[{{details.a.b}}{{details.processor.code.x}}]').render({ details }), '[]')
  assert.equal(compileTemplate('{{#details}}{{processor.code}}{{/details}}').render({ details }), '00')
})

test('what a value holds is never read as a template', () => {
  assert.equal(compileTemplate('{{a}}').render({ a: '{{b}}', b: 'secret' }), '{{b}}')
})

test('nothing of a prototype is found, whatever a name is called', () => {
  for (const name of [
    'constructor',
    '__proto__',
    'prototype',
    'toString',
    'hasOwnProperty',
    '__defineGetter__',
  ]) {
    for (const path of [name, `card.${name}`, `outcome.${name}`, `${name}.name`, `${name}.${name}`]) {
      assert.equal(render(`[{{${path}}}{{#${path}}}found{{/${path}}}]`), '[]', path)
    }
  }
  const own = JSON.parse('{"__proto__": "a member of that name"}')
  assert.equal(compileTemplate('{{__proto__}}').render(own), 'a member of that name')
})

test('values are written as the text around them wants them', () => {
  const nasty = { a: '"}\\\n\u2028é\ud800 &=+%', b: 'x' }
  const json = compileTemplate('{"a":"{{a}}","b":"{{b}}"}', { escape: 'json' }).render(nasty)
  assert.deepEqual(JSON.parse(json), nasty)
  const form = compileTemplate('a={{a}}&b={{b}}', { escape: 'form' }).render(nasty)
  assert.deepEqual(Object.fromEntries(new URLSearchParams(form)), {
    a: nasty.a.toWellFormed(),
    b: 'x',
  })
})

test('what could write a value as it is, is refused where values are escaped', () => {
  for (const text of ['{"a":"{{{a}}}"}', '{"a":"{{&a}}"}']) {
    assert.throws(() => compileTemplate(text, { escape: 'json' }), /^TemplateError: line 1: .* unescaped/)
    assert.throws(() => compileTemplate(text, { escape: 'form' }), TemplateError)
  }
})

const wrong = [
  ['a\n{{b', 'line 2: {{ without }}'],
  ['\n\n{{#a}}', 'line 3: {{#a}} is not closed'],
  ['{{#a}}\n{{/b}}', 'line 2: {{#a}} is not closed'],
  ['x\r\n{{/a}}', 'line 2: {{/a}} does not close anything'],
  ['{{> other}}', 'line 1: {{>…}} is not supported: there are no other templates'],
  ['{{=<% %>=}}', 'line 1: {{=…=}} is not supported: the delimiters are always {{ and }}'],
  ['{{=<%=}}', 'line 1: must use {{ and }}; other delimiters are not supported'],
  ['a{{}}', 'line 1: a tag without a name'],
  ['\n{{#}}{{/}}', 'line 2: a tag without a name'],
  ['{{a..b}}', "line 1: 'a..b' is not a valid name"],
  ['{{.a}}', "line 1: '.a' is not a valid name"],
  ['x'.repeat(maxTemplateCharacters + 1), 'line 1: the template is longer than 16384 characters'],
] as const

for (const [text, message] of wrong) {
  test(`what is no template is refused with its line: ${message}`, () => {
    assert.throws(() => compileTemplate(text), { name: 'TemplateError', message })
  })
}

test('a rendered text that is too long is refused, or ends where it must', () => {
  const long = { a: '😀'.repeat(100) }
  assert.throws(() => compileTemplate('{{a}}{{a}}', { maxCharacters: 399 }).render(long), TemplateError)
  assert.equal(compileTemplate('{{a}}{{a}}', { maxCharacters: 400 }).render(long).length, 400)
  const cut = compileTemplate('{{a}}', { maxCharacters: 3, tooLong: 'cut' }).render(long)
  assert.equal(cut, '😀\ufffd')
})

test('names that the values will never have are told, with their lines', () => {
  const shape = { outcome: 'text', card: { last4: 'text' }, paymentData: 'any' } as const
  const unknown = (text: string) =>
    compileTemplate(text)
      .unknownNames(shape)
      .map(({ name, line }) => `${name} ${line}`)
  assert.deepEqual(unknown('{{outcome}}{{card.last4}}{{#card}}{{last4}}{{outcome}}{{/card}}'), [])
  assert.deepEqual(unknown('{{paymentData.x}}{{#paymentData.y}}{{.}}{{z}}{{/paymentData.y}}'), [])
  assert.deepEqual(unknown('{{outcom}}\n{{card.pan}}'), ['outcom 1', 'card.pan 2'])
  assert.deepEqual(unknown('{{constructor}}{{outcome.length}}'), ['constructor 1', 'outcome.length 1'])
  assert.deepEqual(unknown('{{^gone}}{{#card}}{{pan}}{{/card}}{{/gone}}'), ['gone 1', 'pan 1'])
})

test('whatever text it is given, it is a template or is refused as one, and a template always renders', () => {
  const tags = [
    '{{',
    '}}',
    '{{{',
    '#',
    '^',
    '/',
    '.',
    'a',
    '!',
    '>',
    '=',
    '&',
    ' ',
    '\n',
    'card',
    '"',
    '\ud800',
  ]
  const text = fc.array(fc.constantFrom(...tags), { maxLength: 40 }).map((pieces) => pieces.join(''))
  fc.assert(
    fc.property(text, fc.constantFrom('none', 'json', 'form'), (template, way) => {
      const compiled = templateOf(template, way)
      if (compiled) assert.equal(typeof compiled.render({ a: 'x', card: { a: 'y' } }), 'string')
    }),
    { numRuns: 2000 },
  )
})

function templateOf(text: string, way: 'none' | 'json' | 'form') {
  try {
    return compileTemplate(text, { escape: way })
  } catch (error) {
    assert.ok(error instanceof TemplateError, String(error))
    return undefined
  }
}
