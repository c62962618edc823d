/**
 * Loaded into a server of the tests before anything else: it ends with the process that started it, and its clock is wrong
 * by as many milliseconds as `TEST_CLOCK_OFF` says.
 */
import { isMainThread } from 'node:worker_threads'

if (isMainThread && process.channel) {
  process.on('disconnect', () => process.exit(1))
  process.channel.unref()
}

const off = Number(process.env.TEST_CLOCK_OFF ?? 0)
if (off !== 0) {
  const RightDate = Date
  const now = () => RightDate.now() + off
  globalThis.Date = new Proxy(RightDate, {
    construct: (target, given, newTarget) =>
      Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget),
    apply: () => new RightDate(now()).toString(),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  })
}
