import { NoAnswer } from '../base/outgoing/outgoing.ts'
import { Problem } from '../base/problem.ts'

/** What is said of an error: never its message. What has a code of ours says that, anything else its class. */
export function errorType(error: unknown): string {
  if (error instanceof Problem) return error.code
  if (error instanceof NoAnswer) return error.fault
  if (typeof error === 'string') return error
  return error instanceof Error ? error.name : 'Error'
}
