import type { Outcome, SessionResult } from '@tonegate/protocol/outcome'
import type { ResultKeys } from './paid.ts'

/** What a result template says of a payment when the gateway says nothing of it. */
export interface FallbackKeys {
  /** The keys that tell the outcome. */
  readonly verdict: ResultKeys
  /** Which result key carries the verdict, and what gateways say in it of each outcome. */
  readonly tells: { readonly key: string; readonly by: Readonly<Record<Outcome, readonly string[]>> }
  readonly others: ResultKeys
  /** Keys that are there only when the gateway gave them. */
  readonly optional: readonly string[]
}

/**
 * The keys of a result template in the gateway's own words, where it gave details under those names. Its verdict is
 * taken only while it is of the outcome that the session has: not when what it approved was let go afterwards.
 */
export function gatewayVocabulary({ outcome, charge }: SessionResult, fallback: FallbackKeys): ResultKeys {
  const { verdict, tells, others, optional } = fallback
  const details = charge?.details ?? {}
  const said = (name: string) => (Object.hasOwn(details, name) ? details[name] : undefined)
  const inItsWords = (keys: ResultKeys) =>
    Object.fromEntries(Object.entries(keys).map(([name, text]) => [name, said(name) ?? text]))
  const agrees = tells.by[outcome].includes(said(tells.key) ?? '')
  const more = optional.flatMap((name) => {
    const text = said(name)
    return text === undefined ? [] : [[name, text] as const]
  })
  return { ...(agrees ? inItsWords(verdict) : verdict), ...inItsWords(others), ...Object.fromEntries(more) }
}
