import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os'

/** The machine that a run is about to be made on, and how busy it is already, in one line. */
export function machine(): string {
  const cpu = cpus()[0]?.model.trim() || 'unknown processor'
  const memory = Math.round(totalmem() / 1024 ** 3)
  const system = `${type()} ${release()}`
  const load = (loadavg()[0] ?? 0).toFixed(1)
  return `${availableParallelism()} cores of ${cpu}, ${memory} GiB of memory, ${system}, Node.js ${process.version}, OpenSSL ${process.versions.openssl}, SQLite ${process.versions.sqlite}; load average before the run ${load}`
}
