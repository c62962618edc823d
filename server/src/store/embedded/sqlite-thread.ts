import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { parentPort } from 'node:worker_threads'
import { openDatabase } from './database.ts'
import { watchPlaces } from './file-places.ts'
import { unpackJobs } from './packed-jobs.ts'
import type { ThreadAnswer, ThreadOrder, ThreadRows, ToldStatement } from './thread-orders.ts'

/**
 * The thread that writes a database, the only one that does: its disk, its checkpoints, and a lock that another program
 * holds are waited for here, where nobody else waits. It knows nothing of what it writes.
 */
interface Open {
  readonly database: DatabaseSync
  readonly lockPatience: number
  /** By their numbers. */
  readonly statements: Map<number, ToldStatement & { prepared?: StatementSync }>
  /** Begins a transaction. @throws what SQLite throws where another program's lock is there for too long. */
  readonly begin: () => void
  readonly commit: StatementSync
  readonly rollBack: StatementSync
  /** @throws what SQLite has no eye for, with its own result code. */
  readonly requireInPlace: () => void
}

/** SQLITE_BUSY */
const busy = 5

let opened: Open | undefined

function answer(order: ThreadOrder): readonly ThreadRows[] {
  if (order.order === 'open') {
    opened = open(order)
    return []
  }
  if (!opened) throw new Error('The database is closed.')
  switch (order.order) {
    case 'run':
      return run(opened, order)
    case 'commit':
      commit(opened)
      return []
    case 'roll-back':
      rollBack(opened)
      return []
    case 'checkpoint':
      checkpoint(opened)
      return []
    case 'close':
      close(opened)
      return []
  }
}

function open({ file, lockPatience }: Extract<ThreadOrder, { order: 'open' }>): Open {
  const database = openDatabase(file, { readOnly: false, timeout: lockPatience })
  const [commit, rollBack] = [database.prepare('COMMIT'), database.prepare('ROLLBACK')]
  const requireInPlace = watchPlaces([file, `${file}-wal`, `${file}-shm`])
  const begin = beginWithin(database, lockPatience)
  return { database, lockPatience, statements: new Map(), begin, commit, rollBack, requireInPlace }
}

/** Even then it is looked for so long, which finds a lock that others hold for moments only. */
const leastPatience = 20

/** All wait for a lock together: whoever comes when it has been held for long is told so at once. */
function beginWithin(database: DatabaseSync, lockPatience: number): () => void {
  const begin = database.prepare('BEGIN IMMEDIATE')
  const waitFor = (milliseconds: number) => database.exec(`PRAGMA busy_timeout = ${milliseconds}`)
  let locked: { readonly since: number; readonly seenAt: number } | undefined
  return () => {
    const now = performance.now()
    const known = locked && now - locked.seenAt <= lockPatience ? locked : undefined
    const left = known ? known.since + lockPatience - now : lockPatience
    if (locked) waitFor(Math.max(leastPatience, Math.ceil(left)))
    try {
      begin.run()
    } catch (error) {
      locked = isBusy(error) ? { since: known?.since ?? now, seenAt: performance.now() } : undefined
      throw error
    }
    if (locked) waitFor(lockPatience)
    locked = undefined
  }
}

const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === busy

function run(
  { database, statements, begin }: Open,
  { begins, told, jobs }: Extract<ThreadOrder, { order: 'run' }>,
): readonly ThreadRows[] {
  for (const each of told) statements.set(each.number, each)
  if (begins) begin()
  const answers: ThreadRows[] = []
  for (const [number, parameters] of unpackJobs(jobs)) {
    const statement = statements.get(number)
    if (!statement) throw new Error('A statement was never told.')
    statement.prepared ??= database.prepare(statement.sql)
    answers.push(
      statement.returnsRows
        ? statement.prepared.all(...parameters)
        : Number(statement.prepared.run(...parameters).changes),
    )
  }
  return answers
}

function commit(open: Open): void {
  try {
    open.requireInPlace()
    open.commit.run()
  } finally {
    rollBack(open)
  }
}

/** SQLite rolls back by itself after a full disk or an I/O error, and then there is nothing to roll back. */
function rollBack({ database, rollBack }: Open): void {
  if (database.isTransaction) rollBack.run()
}

/** A reader is not waited for here: the caller tries again, and transactions go on meanwhile. */
function checkpoint({ database, lockPatience }: Open): void {
  database.exec('PRAGMA busy_timeout = 0')
  try {
    const outcome = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()
    if (outcome?.busy !== 0)
      throw Object.assign(new Error('the write-ahead log is in use'), { errcode: busy })
  } finally {
    database.exec(`PRAGMA busy_timeout = ${lockPatience}`)
  }
}

/** What makes the next process quicker is written; where that finds no room, nothing is lost. */
function close({ database }: Open): void {
  opened = undefined
  try {
    database.exec('PRAGMA optimize')
  } finally {
    database.close()
  }
}

parentPort?.on('message', (order: ThreadOrder) => {
  let told: ThreadAnswer
  try {
    told = { rows: answer(order) }
  } catch (error) {
    const { message, errcode } = error as Error & { readonly errcode?: number }
    told = { error: { message, errcode } }
  }
  parentPort?.postMessage(told)
})
