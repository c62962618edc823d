/** The environment's variables, and what is wrong with those that have been read. */
export interface Variables {
  text(name: string, fallback: string): string
  /** One of the choices, in whatever case it is written. */
  choice<T extends string>(name: string, choices: readonly T[], fallback: T): T
  whole(name: string, fallback: number, range: readonly [least: number, most: number]): number
  /** Each begins with the name of the variable. */
  readonly faults: string[]
  /** Whether something of this name is wrong: what has its default in the place of that needs no second complaint. */
  isFaulty(name: string): boolean
}

export function createVariables(environment: Readonly<Record<string, string | undefined>>): Variables {
  const faults: string[] = []
  const text = (name: string, fallback: string): string => environment[name]?.trim() || fallback
  return {
    faults,
    text,
    isFaulty: (name) => faults.some((fault) => fault.startsWith(`${name} `)),
    choice(name, choices, fallback) {
      const value = text(name, fallback)
      const found = choices.find((each) => each.toLowerCase() === value.toLowerCase())
      if (found === undefined) faults.push(`${name} is '${value}'; allowed values: ${choices.join(', ')}.`)
      return found ?? fallback
    },
    whole(name, fallback, [least, most]) {
      const value = text(name, String(fallback))
      const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN
      if (number >= least && number <= most) return number
      faults.push(`${name} is '${value}'; it must be a whole number from ${least} to ${most}.`)
      return fallback
    },
  }
}
