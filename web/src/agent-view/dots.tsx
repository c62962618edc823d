import { fieldAskedAt } from '@tonegate/protocol/steps'
import type { FieldName, ViewState } from '@tonegate/protocol/view-state'
import { useTexts } from './use-texts.ts'

/** A field's digits as the agent may see them: how many, and at the end perhaps the last four. */
export function Dots({ name, state }: { readonly name: FieldName; readonly state: ViewState }) {
  const texts = useTexts()
  const { digits } = state.fields[name]
  const next = fieldAskedAt(state.step) === name ? digits : undefined
  const last4 = name === 'pan' ? state.last4 : null
  const groups = grouped(name, state.brand, Math.max(digits, expectedDigits(name, state)))
  const label = last4 === null ? texts.digits(digits) : `${texts.digits(digits)}, ${texts.lastFour(last4)}`
  return (
    <span class="dots" role="img" aria-label={label}>
      {groups.map(({ start, length }) => (
        <span class="group" key={start}>
          {Array.from({ length }, (_, index) => start + index).map((position) => (
            <Digit
              key={position}
              place={position < digits ? 'typed' : position === next ? 'next' : 'open'}
              shown={shownAt(position, digits, last4)}
            />
          ))}
        </span>
      ))}
    </span>
  )
}

function Digit({
  place,
  shown,
}: {
  readonly place: 'typed' | 'next' | 'open'
  readonly shown: string | undefined
}) {
  return shown === undefined ? <i class={place} /> : <b>{shown}</b>
}

function shownAt(position: number, digits: number, last4: string | null): string | undefined {
  return last4 !== null && position < digits ? last4[position - (digits - last4.length)] : undefined
}

/** How many places are drawn; a number that turns out longer gets more. */
function expectedDigits(name: FieldName, { brand, fields }: ViewState): number {
  if (fields[name].state === 'complete') return fields[name].digits
  const american = brand === 'american-express'
  if (name === 'pan') return american ? 15 : 16
  if (name === 'securityCode') return american ? 4 : 3
  return 4
}

/** As the digits stand on a card: in fours, of American Express 4-6-5; month and year. */
function grouped(name: FieldName, brand: string | null, count: number) {
  const sizes = name === 'expiry' ? [2, 2] : name === 'pan' && brand === 'american-express' ? [4, 6, 5] : []
  const groups: { readonly start: number; readonly length: number }[] = []
  for (let start = 0; start < count; ) {
    const length = Math.min(sizes[groups.length] ?? 4, count - start)
    groups.push({ start, length })
    start += length
  }
  return groups
}
