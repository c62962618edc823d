import { type Logger, pino } from 'pino'

export type Log = Logger

/** The levels that `TONEGATE_LOG_LEVEL` may name, from the most to the least talkative. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

export type LogLevel = (typeof logLevels)[number]

/**
 * One JSON line an event, to standard output. Nothing is logged but what a line of our code names: no body,
 * no header, no query string.
 */
export function createLog(level: LogLevel, destination?: { write(line: string): void }): Log {
  const options = { level, base: null, messageKey: 'message', timestamp: pino.stdTimeFunctions.isoTime }
  return destination ? pino(options, destination) : pino(options)
}
