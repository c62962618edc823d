import type { Clock } from '../../base/clock.ts'
import type { Store } from '../../store/store.ts'
import { createKnown } from '../known.ts'
import type { SigningAlgorithm } from './signing-keys.ts'

/** What a region signs with where a client does not say otherwise. */
export interface RegionAlgorithms {
  readonly accessTokens: SigningAlgorithm
  readonly idTokens: SigningAlgorithm
}

/** What tokens are signed with, in the region and by its clients. */
export interface AlgorithmsInUse {
  /** For ID tokens, RS256 first: every OpenID provider has it (OpenID Connect Discovery §3). */
  ofIdTokens(): Promise<readonly SigningAlgorithm[]>
  /** For tokens of either kind. */
  all(): Promise<ReadonlySet<SigningAlgorithm>>
  /** Those of {@link all} that do not depend on any client, and are read nowhere. */
  readonly ofRegion: ReadonlySet<SigningAlgorithm>
}

/** What the metadata says is read at most once a second. */
export function createAlgorithmsInUse(
  region: RegionAlgorithms,
  { store, clock }: { readonly store: Store; readonly clock: Clock },
): AlgorithmsInUse {
  const statement = store.prepare((db, _: object) =>
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
  const ofClients = () => statement.all(store.reader, {})
  const known = createKnown(clock, (_: 'clients') => ofClients())
  const idTokens: readonly SigningAlgorithm[] = ['RS256', region.idTokens]
  const ofRegion = new Set([...idTokens, region.accessTokens])
  return {
    ofRegion,
    async ofIdTokens() {
      const rows = (await known.find('clients')) ?? []
      return [...new Set([...idTokens, ...rows.flatMap((row) => row.id_token_algorithm ?? [])])]
    },
    async all() {
      const named = (await ofClients()).flatMap((row) => [row.id_token_algorithm, row.access_token_algorithm])
      return new Set([...ofRegion, ...named.filter((algorithm) => algorithm !== null)])
    },
  }
}
