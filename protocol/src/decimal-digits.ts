/** Unicode goes no further with digits: beyond are ideographs and private use. */
const lastPoint = 0x1ffff

let zeros: readonly number[] | undefined

/** The zeros of all scripts but ASCII's: the ten digits (Nd) of a script stand in a row, each behind its zero. */
function zerosOfScripts(): readonly number[] {
  const found: number[] = []
  for (let point = 0x80; point <= lastPoint; ) {
    const isZero = /\p{Nd}/u.test(String.fromCodePoint(point))
    if (isZero) found.push(point)
    point += isZero ? 10 : 1
  }
  return found
}

/**
 * The value of a decimal digit of whatever script (Unicode's Nd: `4`, `４`, `٤`, `۴`, `४`); `undefined` for anything else.
 *
 * @param point a code point. It is not made a text, which nobody could overwrite.
 */
export function digitAt(point: number): number | undefined {
  if (point < 0x80) return point >= 0x30 && point <= 0x39 ? point - 0x30 : undefined
  zeros ??= zerosOfScripts()
  const zero = zeros.find((zero) => point >= zero && point < zero + 10)
  return zero === undefined ? undefined : point - zero
}
