import type { KnownSources } from './known-sources.ts'
import { networkOf } from './network-of.ts'

/** Who tries a secret, and from where, as it is counted. */
export interface GuessAttempt {
  /** `null`: it names nobody who is there, and is counted by its network alone. */
  readonly named: { readonly name: string; readonly pair: string } | null
  readonly network: string
  /** The name has authenticated from this network before. */
  readonly isKnown: boolean
  /** The name and the browser or program through which it has authenticated before. */
  readonly own: string | null
  /** Pairs that are known once the attempt has succeeded. */
  readonly learns: readonly string[]
}

/** What a sender has proved to be, beside the secret that is tried. */
export interface Through {
  /** A browser with which the name has authenticated before. */
  readonly browser?: string | undefined
  /** A program that has authenticated itself; it becomes known when the name authenticates through it. */
  readonly program?: string | undefined
}

/** What stands for a text in what is counted: by the key of today, and by former ones. */
export type Digests = (text: string) => readonly [string, ...string[]]

interface GuessSources {
  readonly digests: Digests
  readonly sources: Pick<KnownSources, 'has'>
}

/** @param name the client's id or the username; null when what was sent can be none. */
export function guessAttempt(
  guess: GuessSources,
  { name, address }: { readonly name: string | null; readonly address: string },
  { browser, program }: Through,
): GuessAttempt {
  const { digests } = guess
  const text = name ?? 'no name'
  const network = networkOf(address)
  const pairOf = (source: string): string => digests(pairText(text, source))[0]
  const pair = pairOf(network)
  const counted = {
    named: { name: digests(text)[0], pair },
    network: digests(network)[0],
    isKnown: isKnownPair(guess, text, network),
  }
  if (browser !== undefined) return { ...counted, own: pairOf(`browser ${browser}`), learns: [] }
  if (program === undefined) return { ...counted, own: null, learns: [pair] }
  const source = `program ${program}`
  const ofProgram = pairOf(source)
  return isKnownPair(guess, text, source)
    ? { ...counted, own: ofProgram, learns: [ofProgram] }
    : { ...counted, own: null, learns: [pair, ofProgram] }
}

/** One that names nobody. */
export const namelessAttempt = (digests: Digests, address: string): GuessAttempt => ({
  named: null,
  network: digests(networkOf(address))[0],
  isKnown: false,
  own: null,
  learns: [],
})

function isKnownPair({ digests, sources }: GuessSources, name: string, source: string): boolean {
  const pairsOf = digests(pairText(name, source))
  return digests(name).some((digest, index) => sources.has(digest, pairsOf[index] ?? ''))
}

const pairText = (name: string, source: string): string => `${name} ${source}`
