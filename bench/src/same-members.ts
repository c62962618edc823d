/**
 * Makes sure that a floor answers what Tonegate answers, so that the two are comparable.
 *
 * @throws {Error} when the members of the two are not the same.
 */
export function expectSameMembers(ours: object, floor: object): void {
  const [left, right] = [ours, floor].map((answer) => Object.keys(answer).sort().join(', '))
  if (left !== right) throw new Error(`Tonegate answers ${left}; the floor ${right}.`)
}
