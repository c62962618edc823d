import type { StoreParts } from '../../store/parts.ts'
import { createCachedReads } from '../cached-reads.ts'

/** What a region signs with where a client does not say otherwise. */
export interface RegionAlgorithms {
  readonly accessTokens: SigningAlgorithm
  readonly idTokens: SigningAlgorithm
}

/** What tokens are signed with, in the region and by its clients. */
export interface AlgorithmsInUse {
  /** RS256 is always one of them, and the first: every OpenID provider has it (OpenID Connect Discovery §3). */
  read(): Promise<ReadonlySet<SigningAlgorithm>>
  /** The same, at most a second old. */
  known(): Promise<ReadonlySet<SigningAlgorithm>>
  /** Those that do not depend on any client, and are read nowhere. */
  readonly ofRegion: ReadonlySet<SigningAlgorithm>
}

export function createAlgorithmsInUse(
  region: RegionAlgorithms,
  { store, clock }: Pick<StoreParts, 'store' | 'clock'>,
): AlgorithmsInUse {
  const ofClients = store.prepare((db, _: object) =>
    db
      .selectFrom('client')
      .select(['id_token_algorithm', 'access_token_algorithm'])
      .distinct()
      .where((where) =>
        where.or([
          where('id_token_algorithm', 'is not', null),
          where('access_token_algorithm', 'is not', null),
        ]),
      ),
  )
  const ofRegion = new Set<SigningAlgorithm>(['RS256', region.idTokens, region.accessTokens])
  async function read(): Promise<ReadonlySet<SigningAlgorithm>> {
    const rows = await ofClients.all(store.reader, {})
    const named = rows.flatMap((row) => [row.id_token_algorithm, row.access_token_algorithm])
    return new Set([...ofRegion, ...named.filter((algorithm) => algorithm !== null)])
  }
  const cached = createCachedReads(clock, (_: 'all') => read())
  return {
    ofRegion,
    read,
    known: async () => (await cached.find('all')) ?? ofRegion,
  }
}

export type SigningAlgorithm = (typeof signingAlgorithms)[number]

/** The algorithms that tokens may be signed with. */
export const signingAlgorithms = ['ES256', 'RS256', 'EdDSA'] as const
