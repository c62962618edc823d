import type { SpanKind } from '../../base/tracing/span.ts'
import type { EndedSpan } from '../recorded-span.ts'

/** `SpanKind` of OTLP. */
export const kindNumbers: Readonly<Record<SpanKind, number>> = { internal: 1, server: 2, client: 3 }

const unset = 0
const error = 2

/** `Status.StatusCode` of OTLP. */
export const statusOf = ({ hasFailed }: Pick<EndedSpan, 'hasFailed'>): number => (hasFailed ? error : unset)

const sampled = 0x001
const tellsRemote = 0x100
const isRemote = 0x200

/** Those of a link. */
export const linkFlags = sampled | tellsRemote

/** `SpanFlags` of OTLP: the flags of W3C Trace Context, and whether the parent is of another process. */
export const flagsOf = ({ isParentRemote }: Pick<EndedSpan, 'isParentRemote'>): number =>
  sampled | tellsRemote | (isParentRemote ? isRemote : 0)
