import type pg from 'pg'
import { Problem } from '../../base/problem.ts'
import { Contended } from '../commit/contended.ts'
import { UniqueViolation } from '../store.ts'
import { StoreUnavailable } from '../store-unavailable.ts'

/** serialization_failure, deadlock_detected, lock_not_available */
const contended: ReadonlySet<string> = new Set(['40001', '40P01', '55P03'])

/** Why the engine cannot work, as an operator would say it, by SQLSTATE or its class. */
const reasons: Readonly<Record<string, string>> = {
  '25006': 'it is read-only: this server is a standby, or set to be',
  '28': 'it does not accept the user of TONEGATE_STORE',
  '3D000': 'it has no database of that name',
  '42501': 'the user of TONEGATE_STORE may not do that',
  '53': 'it has no room left, no memory, or too many connections',
  '53100': 'its disk is full',
  '53300': 'it has too many connections',
  '57014': 'it took too long to answer',
  '57': 'it is being stopped or started',
  '58': 'its disk cannot be read or written',
  '08': 'it cannot be reached',
  XX: 'its data is damaged',
}

/** Errors of the connection itself have no SQLSTATE. */
const lost: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND'],
  'EAI_AGAIN',
])

/** What TLS has against a server’s certificate; OpenSSL’s words for it. */
const untrusted = /^(?:ERR_TLS_CERT|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_)/

/** PostgreSQL keeps it in no text. */
const noNull = 'The request contains the character U+0000, which cannot be kept or looked for.'

/** What PostgreSQL or its driver threw, as the store says it; a {@link Problem} of the caller’s, or itself, where the statement is to blame. */
export function asPostgresFailure(error: unknown): unknown {
  const code = codeOf(error)
  if (code === '23505') return new UniqueViolation(error)
  if (code === '22021') return new Problem('invalid-request', noNull)
  if ((code !== undefined && contended.has(code)) || isOutdatedPlan(error)) return new Contended(error)
  const reason = code === undefined ? withoutTls(error) : reasonOf(code)
  if (reason !== undefined) return new StoreUnavailable(reason, error, 'server')
  if (code === undefined ? isConnectionEnd(error) : lost.has(code))
    return new StoreUnavailable('it cannot be reached', error, 'server')
  return error
}

function reasonOf(code: string): string | undefined {
  if (untrusted.test(code)) return `its TLS certificate cannot be trusted (${code})`
  return reasons[code] ?? reasons[code.slice(0, 2)]
}

/** As `pg` says it. */
const withoutTls = (error: unknown): string | undefined =>
  error instanceof Error && error.message === 'The server does not support SSL connections'
    ? 'it has no TLS, which TONEGATE_STORE asks for'
    : undefined

/** The columns of a statement’s rows are not those that it was planned with. PostgreSQL’s text for it depends on its language. */
export const isOutdatedPlan = (error: unknown): boolean =>
  codeOf(error) === '0A000' && (error as pg.DatabaseError).routine === 'RevalidateCachedQuery'

/** The connection is of no use any more: it is gone, or leads to a server that cannot write. */
export const endsConnection = (failure: unknown): boolean =>
  failure instanceof StoreUnavailable && !/^(?:53|57014)/.test(codeOf(failure.cause) ?? '')

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

/** As `pg` says it. */
const isConnectionEnd = (error: unknown): boolean =>
  error instanceof Error &&
  /^(?:Connection terminated|Client has encountered a connection error|Client was closed|timeout expired|Query read timeout)/i.test(
    error.message,
  )
