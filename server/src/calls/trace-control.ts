import type { Attributes } from '../base/tracing/attributes.ts'
import { inSpan } from '../base/tracing/in-span.ts'
import type { LineControl } from './line-control.ts'

/** Steers lines, and makes a span of each command that is sent within a trace. What a caller hears is not in it. */
export function traceControl(control: LineControl): LineControl {
  const traced =
    <Order extends { readonly sessionGuid: string }, Line>(
      operation: NonNullable<Attributes['tonegate.operation']>,
      command: (line: Line, order: Order) => Promise<void>,
    ) =>
    (line: Line, order: Order): Promise<void> => {
      const attributes = { 'tonegate.operation': operation, 'tonegate.capture_guid': order.sessionGuid }
      return inSpan('steer line', { kind: 'client', attributes }, () => command(line, order))
    }
  return {
    ...control,
    secure: traced('secure', control.secure),
    release: traced('release', control.release),
    say: traced('say', control.say),
    pauseRecording: traced('pause-recording', control.pauseRecording),
    resumeRecording: traced('resume-recording', control.resumeRecording),
  }
}
