import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brandOf } from '@tonegate/protocol/card/brand'
import type { FieldName } from '@tonegate/protocol/view-state'
import fc from 'fast-check'
import { createMovableClock } from '../../base/clock.ts'
import type { Guid } from '../../base/guid.ts'
import { createLog } from '../../base/log.ts'
import { flow, testLinks } from '../test-vault.ts'
import { CardEntry } from './card-entry.ts'
import { noProgress } from './card-entry-host.ts'
import { keyOf } from './keypad.ts'

const never = () => new Promise<never>(() => {})
const attempts = 1_000_000

function startSession() {
  const clock = createMovableClock()
  return new CardEntry({
    source: {
      guid: '00000000-0000-7000-8000-000000000000' as Guid,
      epoch: 0,
      launch: {
        tenant: 7,
        flow: { ...flow, attempts, showLast4: false, merchantName: 'Harbour' },
        order: { amountMinor: 0, currency: 'GBP' },
        initialValues: {},
        entry: 'keypad',
        caller: 'on-call',
      },
      expiresAt: clock.now() + 3_600_000,
      activeAt: clock.now(),
      progress: noProgress('keypad'),
      viewAccess: 'open',
    },
    links: testLinks,
    clock,
    log: createLog('silent'),
    host: {
      track: (work) => work,
      keep() {},
      kept: async () => {},
      begun() {},
      progressed() {},
      note() {},
      orUnwritten: (ended) => ended,
      inTrace: (_name, work) => work(),
      due() {},
      recordAttempt: never,
      authorise: never,
      end: never,
      endOfRow: never,
      ended: never,
      viewAccess: 'open',
      closeView: never,
      renew: never,
      addRefreshToken: never,
    },
  })
}

const cards = ['4111111111111111', '4222222222222', '5555555555554444', '378282246310005']
const key = fc.constantFrom(...'0123456789*#')
const keys = fc.oneof(
  fc.array(key, { maxLength: 60 }).map((each) => each.join('')),
  fc
    .array(
      fc.oneof(
        fc.constantFrom(
          ...cards,
          '1230',
          '0125',
          '1330',
          '122030',
          '930',
          '12',
          '123',
          '1234',
          '#',
          '*',
          '1',
          '2',
        ),
        fc.array(key, { maxLength: 3 }).map((each) => each.join('')),
      ),
      { maxLength: 12 },
    )
    .map((each) => each.join('')),
)

const most = { pan: 19, expiry: 6, securityCode: 4 } as const

function isCardNumber(text: string): boolean {
  const sum = [...text].reverse().reduce((total, digit, index) => {
    const [tens = 0, ones = 0] = [...String(Number(digit) * (1 + (index % 2))).padStart(2, '0')].map(Number)
    return total + tens + ones
  }, 0)
  return sum % 10 === 0 && (brandOf(text.slice(0, 8))?.lengths ?? []).includes(text.length)
}

const isMonth = (text: string) => /^(0[1-9]|1[0-2])$/.test(text)

/** MMYY of what was keyed in, where it is an expiry date. */
function monthAndYear(typed: string): string {
  const month = isMonth(typed.slice(0, 2)) ? 2 : 1
  const year = typed.slice(month)
  return /^(20)?\d\d$/.test(year) ? typed.slice(0, month).padStart(2, '0') + year.slice(-2) : typed
}

function endsByItself(name: FieldName, typed: string): boolean {
  if (name === 'pan') return typed.length === (brandOf(typed.slice(0, 8))?.lengths.at(-1) ?? 19)
  if (name === 'securityCode') return false
  const month = isMonth(typed.slice(0, 2)) ? 2 : 1
  return typed.length === (typed.slice(month).startsWith('20') ? month + 4 : 4)
}

/** What the keypad does with keys of one burst, told again with texts and nothing clever. */
function reference(keys: string): Record<FieldName, string> & { paid: boolean } {
  const done = { pan: '', expiry: '', securityCode: '' }
  let typed = ''
  let monthEnded = false
  let before: 'ended-by-itself' | 'refused-code' | undefined
  let onTrial = false
  let paid = false
  const current = (): FieldName | undefined =>
    (['pan', 'expiry', 'securityCode'] as const).find((name) => done[name] === '')
  const fits = (name: FieldName) => {
    if (name === 'expiry') return /^(0[1-9]|1[0-2])(2[6-9]|3\d|4[0-6])$/.test(monthAndYear(typed))
    if (name === 'pan') return isCardNumber(typed)
    return typed.length === brandOf(done.pan.slice(0, 8))?.codeDigits
  }
  const empty = () => {
    typed = ''
    monthEnded = false
  }
  const forget = () => {
    before = undefined
    onTrial = false
  }
  const end = (name: FieldName) => {
    const right = fits(name)
    if (right) done[name] = name === 'expiry' ? monthAndYear(typed) : typed
    empty()
    return right
  }
  const endedByItself = () => {
    before = 'ended-by-itself'
    onTrial = false
  }
  const hash = (name: FieldName | undefined) => {
    const mayBeMonth = isMonth(typed) || (/^[1-9]$/.test(typed) && !onTrial)
    const wasOnTrial = onTrial
    forget()
    if (!name || typed === '') return
    if (name === 'expiry' && mayBeMonth && !monthEnded) {
      typed = typed.padStart(2, '0')
      monthEnded = true
    } else if (!end(name) && !wasOnTrial && name === 'securityCode') before = 'refused-code'
  }
  for (const key of keys) {
    const name = current()
    if (paid) continue
    if (key === '#') hash(name)
    else if (!name) {
      paid = key === '1' && !before
      if (key === '2' && !before) Object.assign(done, { pan: '', expiry: '', securityCode: '' })
    } else if (key === '*') {
      empty()
      forget()
    } else {
      if (typed === '') onTrial = before === 'ended-by-itself'
      if (typed === '' && !onTrial) forget()
      if (typed.length === most[name]) {
        empty()
        endedByItself()
      } else {
        typed += key
        if (endsByItself(name, typed)) {
          end(name)
          endedByItself()
        }
      }
    }
  }
  const now = current()
  return { ...done, ...(now && { [now]: typed }), paid }
}

test('no sequence of keys throws, exceeds a length or shows a digit', () => {
  fc.assert(
    fc.property(fc.oneof(keys, fc.string()), (tones) => {
      const session = startSession()
      for (const tone of tones) {
        session.press(tone)
        const { fields } = session.view()
        for (const name of ['pan', 'expiry', 'securityCode'] as const) {
          assert.ok(fields[name].digits <= most[name])
          assert.ok(fields[name].state !== 'entering' || fields[name].digits > 0)
        }
        const shown = JSON.stringify(session.view(), (name, value) =>
          name === 'endsAt' || name === 'attemptsLeft' ? undefined : value,
        )
        assert.doesNotMatch(shown, /\d{3}/)
      }
    }),
    { numRuns: 500 },
  )
})

test('the keypad does what its rules say, for any sequence of keys', () => {
  fc.assert(
    fc.property(keys, (tones) => {
      const session = startSession()
      for (const tone of tones) session.press(tone)
      const expected = reference(tones)
      const { state, fields } = session.view()
      assert.deepEqual(
        {
          paid: state === 'processing',
          pan: fields.pan.digits,
          expiry: fields.expiry.digits,
          securityCode: fields.securityCode.digits,
        },
        {
          paid: expected.paid,
          pan: expected.pan.length,
          expiry: expected.expiry.length,
          securityCode: expected.securityCode.length,
        },
      )
    }),
    { numRuns: 2_000 },
  )
})

test('a whole card comes to its confirmation however it is typed', () => {
  const noise = fc.constantFrom('', '#', '*', '12*', '##')
  const card = fc.constantFrom(...cards)
  fc.assert(
    fc.property(noise, card, noise, noise, (before, pan, between, after) => {
      const session = startSession()
      const code = pan.startsWith('3') ? '1234' : '123'
      for (const tone of `${before}${pan}#${between}1230${after}${code}#`) session.press(tone)
      assert.equal(session.view().state, 'confirming')
    }),
  )
})

test('what is no key of a telephone is ignored', () => {
  for (const tone of ['', 'a', 'A', '12', '٣', '\u0000', ' ', ':', '/']) {
    assert.equal(keyOf(tone), undefined)
    assert.equal(startSession().press(tone), 'ignored')
  }
})
