import { readPostgresUrl } from '../../base/postgres-url.ts'
import type { ExaminedPoint } from '../../cli/tools.ts'
import { connectTo } from '../../store/postgres/connect.ts'
import { asPostgresFailure } from '../../store/postgres/postgres-faults.ts'
import type { Machine } from './machine.ts'
import { inOrder, toConsider, wrong } from './point.ts'

/** As docs/operations.md has it. */
const oldestVersion = 16
const maxSkewMilliseconds = 5_000

/** What a PostgreSQL server says of itself: `160004`, and what its clock shows in milliseconds since the epoch. */
export interface PostgresSays {
  readonly versionNumber: number
  readonly version: string
  readonly now: number
}

/** @throws {StoreUnavailable} */
export async function askPostgres(url: string): Promise<PostgresSays> {
  try {
    const client = await connectTo(readPostgresUrl(url), { query_timeout: 5_000 })
    try {
      const { rows } = await client.query(
        "SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS version, extract(epoch FROM clock_timestamp())::float8 * 1000 AS now",
      )
      return { versionNumber: rows[0].number, version: rows[0].version, now: rows[0].now }
    } finally {
      await client.end()
    }
  } catch (error) {
    throw asPostgresFailure(error)
  }
}

/** Whether a PostgreSQL server is new enough, and its clock and this one agree. */
export function checkPostgres(
  { versionNumber, version, now }: PostgresSays,
  { clock }: Pick<Machine, 'clock'>,
): readonly ExaminedPoint[] {
  const skew = Math.abs(now - clock.now())
  return [
    Math.floor(versionNumber / 10_000) >= oldestVersion
      ? inOrder('PostgreSQL', version)
      : wrong('PostgreSQL', `${version}; ${oldestVersion} or later is needed`),
    skew <= maxSkewMilliseconds
      ? inOrder('clock', 'that of PostgreSQL and that of this machine agree')
      : toConsider(
          'clock',
          `That of PostgreSQL and that of this machine differ by ${Math.round(skew / 1000)} seconds. The database’s counts; set both by NTP`,
        ),
  ]
}
