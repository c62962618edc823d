import { type LogFn, type Logger, pino } from 'pino'
import { Problem } from './problem.ts'
import { currentRequestId, currentSpan } from './request-scope.ts'
import { createThinOut } from './thin-out.ts'

export type Log = Logger

/** The levels that `TONEGATE_LOG_LEVEL` may name, from the most to the least talkative. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

export type LogLevel = (typeof logLevels)[number]

/** What cannot be written yet, because whoever reads the log is slow or its disk is full, is kept up to here. */
const maxWaitingBytes = 1024 * 1024

/**
 * One JSON line an event, to standard output. Nothing is logged but what a line of our code names: no body,
 * no header, no query string. A line that is written for a request bears its `requestId`, and its `traceId` where it is
 * traced. Where the log cannot be written, lines are lost and the server goes on.
 */
export function createLog(
  level: LogLevel,
  destination: { write(line: string): void } = standardOutput(),
): Log {
  const thinOut = createThinOut()
  return pino(
    {
      level,
      base: null,
      messageKey: 'message',
      serializers: { err: faultOf },
      timestamp: pino.stdTimeFunctions.isoTime,
      mixin() {
        const requestId = currentRequestId()
        const traceId = currentSpan()?.traceId
        return { ...(requestId !== undefined && { requestId }), ...(traceId !== undefined && { traceId }) }
      },
      hooks: {
        logMethod(line: Parameters<LogFn>, write: LogFn) {
          const thinned = thinOut(line)
          if (thinned) write.apply(this, thinned)
        },
      },
    },
    destination,
  )
}

/** What passes is expected: where it happened says nothing. */
function faultOf(fault: Error): object {
  const isExpected = fault instanceof Problem && fault.status === 503
  if (!isExpected) return pino.stdSerializers.err(fault)
  const { name: type, message, code } = fault
  return { type, message, code, ...('reason' in fault && { reason: fault.reason }) }
}

function standardOutput() {
  const output = pino.destination({ fd: 1, sync: true, maxLength: maxWaitingBytes })
  output.on('error', () => {})
  return output
}
