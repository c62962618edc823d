import type { StorePlace } from '../../store/open-store.ts'

/** Where a database is, for an operator; without the password. */
export function nameOf(place: StorePlace): string {
  if ('file' in place) return `the database ${place.file}`
  return `the schema ${place.schema} of ${withoutCredentials(place.url)}`
}

/** `postgres://user:password@host/database` as `postgres://host/database`. */
const withoutCredentials = (url: string): string =>
  url.replace(/^([a-z]+:\/\/)[^/?#]*@/, '$1').replace(/[?#].*$/, '')
