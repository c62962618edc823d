import { Problem } from '../../../base/problem.ts'
import type { Order } from '../../model/launch.ts'
import { readOrderAmount } from '../../model/read-order-amount.ts'
import { type LaunchRequest, member } from '../launch/read-launch-request.ts'
import type { Amounts, ItemMembers } from './provider-flow.ts'

/** One of the things that a session pays for. */
export interface OrderItem {
  readonly number: number
  /** Minor units of the order's currency. */
  readonly amountMinor: number
  readonly reference?: string
  /** What the launch sent along for this item, by its names without the number. */
  readonly values: Readonly<Record<string, string>>
}

type InitialValues = LaunchRequest['initialValues']

/**
 * The items among what a client has sent: `Amount_1` and all that ends in `_1` are of the first. Their amounts make up the
 * order's, to the last unit, where money is taken.
 *
 * @throws {Problem} `invalid-request` with a text that names the member.
 */
export function readItems(
  { amount, reference }: ItemMembers,
  amounts: Amounts,
  order: Order,
  { initialValues, numbers: ofNumbers }: Pick<LaunchRequest, 'initialValues' | 'numbers'>,
): readonly OrderItem[] {
  const numbers = numbersOf(amount.member, initialValues)
  const items = numbers.map((number): OrderItem => {
    const name = numbered(amount.member, number)
    const written = textOf(ofNumbers, name) ?? textOf(initialValues, name) ?? ''
    const read = readOrderAmount(written, { currency: order.currency, purpose: 'charge', amounts })
    if ('wrong' in read) throw new Problem('invalid-request', `InitialValues.${name} ${read.wrong}.`)
    const named = reference && textOf(initialValues, numbered(reference.member, number))
    return {
      number,
      amountMinor: read.minor,
      values: valuesOf(amount.member, number, initialValues),
      ...(named !== undefined && { reference: named }),
    }
  })
  if (items.length === 0) {
    throw new Problem('invalid-request', `InitialValues.${numbered(amount.member, 1)} is missing.`)
  }
  const sum = items.reduce((total, { amountMinor }) => total + amountMinor, 0)
  if (order.amountMinor > 0 && sum !== order.amountMinor) {
    throw new Problem('invalid-request', 'The item amounts do not add up to the total amount.')
  }
  return items
}

/** Whether a name has one place for a number, and something beside it. */
export const isNumbered = (name: string): boolean => name.split('{n}').length === 2 && name !== '{n}'

const numbered = (name: string, number: number): string => name.replace('{n}', String(number))

function textOf(initialValues: InitialValues, name: string): string | undefined {
  const value = member(initialValues, name)
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}

/** Those that have something at this name. */
function numbersOf(name: string, initialValues: InitialValues): readonly number[] {
  const [before = '', after = ''] = name.split('{n}').map(escaped)
  const pattern = new RegExp(`^${before}(0|[1-9]\\d{0,2})${after}$`, 'i')
  const found = Object.entries(initialValues).flatMap(([spelling, value]) => {
    const number = pattern.exec(spelling)?.[1]
    return number === undefined || value === null || value.trim() === '' ? [] : [Number(number)]
  })
  return [...new Set(found)].sort((one, other) => one - other)
}

/** What is numbered alike, with the number at the same end: `Name_1`, or `item1_name`. */
function valuesOf(name: string, number: number, initialValues: InitialValues): Record<string, string> {
  const [before = '', after = ''] = name.split('{n}')
  const gap =
    (after === '' ? /[^\p{L}\p{N}]*$/u : /^[^\p{L}\p{N}]*/u).exec(after === '' ? before : after)?.[0] ?? ''
  const notInNumber = gap === '' ? '[^\\d]' : ''
  const pattern =
    after === ''
      ? new RegExp(`^(.+)(?<=${notInNumber})${escaped(gap)}${number}$`, 'i')
      : new RegExp(`^${escaped(before)}${number}${escaped(gap)}(?=${notInNumber})(.+)$`, 'i')
  return Object.fromEntries(
    Object.entries(initialValues).flatMap(([spelling, value]) => {
      const plain = pattern.exec(spelling)?.[1]
      return plain === undefined || value === null ? [] : [[plain, value]]
    }),
  )
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
