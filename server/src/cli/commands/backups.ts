import { databaseCommand } from '../command.ts'
import type { BackupContent, MadeSafe } from '../databases.ts'

export const createBackup = databaseCommand({
  name: 'backup create',
  summary: 'Back up the region’s database to a new file; the server may be running',
  argument: {
    name: 'file',
    help: 'a new file, or a folder, in which the backup is named after its region and time',
  },
  options: {},
  async run({ backUp }, _, file) {
    const backup = await backUp(file)
    const { region, file: written, withoutEntry } = backup
    const lines = [
      `The region ${region} was backed up to ${written} (${rowsOf(backup)} rows, ${megabytes(backup)} MB).`,
      ...(withoutEntry === null ? [] : [`The audit log has no entry of it: ${withoutEntry}.`]),
    ]
    return { kind: 'done', text: lines.join('\n'), data: backup }
  },
})

export const verifyBackup = databaseCommand({
  name: 'backup verify',
  summary: 'Check that a backup is whole and can be restored here',
  argument: { name: 'file', help: 'the backup' },
  options: {},
  async run({ verify }, _, file) {
    const { tables, ...backup } = await verify(file)
    return { kind: 'told', data: { ...backup }, course: tables.map((table) => ({ ...table })) }
  },
})

export const restoreBackup = databaseCommand({
  name: 'backup restore',
  summary: 'Restore the region’s database from a backup and make it safe; no server may be running',
  argument: { name: 'file', help: 'the backup' },
  options: {
    replace: { help: 'take the place of a database that has data, which is kept under another name' },
    'as-it-was': { help: 'do not make it safe: nothing has happened since the backup' },
  },
  async run({ restore }, given, file) {
    const restored = await restore(file, { replace: given.replace, asItWas: given['as-it-was'] })
    const { backup, place, former, madeSafe } = restored
    const lines = [
      `The region ${backup.region} was restored to ${place}, as it was at ${backup.createdAt}.`,
      ...(former === null ? [] : [`What was there before is kept as ${former}.`]),
      ...(madeSafe === null ? [notSafe] : whatWasDone(madeSafe)),
    ]
    return { kind: 'done', text: lines.join('\n'), data: restored }
  },
})

export const makeRestoredSafe = databaseCommand({
  name: 'restored make-safe',
  summary: 'Make a restored database safe: end what was open or signed in; no server may be running',
  options: {},
  async run({ makeSafe }) {
    const done = await makeSafe()
    return { kind: 'done', text: whatWasDone(done).join('\n'), data: done }
  },
})

export const moveStore = databaseCommand({
  name: 'store move',
  summary: 'Move the region between the data folder and PostgreSQL; no server may be running',
  options: {
    to: {
      value: 'PLACE',
      help: 'from TONEGATE_DATA to TONEGATE_STORE, or back',
      choices: ['postgresql', 'folder'],
      required: true,
    },
  },
  async run({ move }, { to }) {
    const moved = await move(to)
    const rows = moved.tables.reduce((sum, table) => sum + table.rows, 0)
    return {
      kind: 'done',
      text:
        `The region was moved from ${moved.from} to ${moved.to}: ${rows} rows, compared one by one.\n` +
        `The former database is kept as ${moved.former}; delete it when you no longer need it.`,
      data: moved,
    }
  },
})

const notSafe =
  'Sessions, links, sign-ins and tokens of that time are valid again. Unless nothing has happened since, ' +
  "run 'restored make-safe' before you start the server."

function whatWasDone(done: MadeSafe): readonly string[] {
  return [
    `Sessions that were open: ${done.sessionsEnded}. They have ended as Error, outcome unknown; their links are closed.`,
    `Charges whose gateways will be asked for the outcome once the server runs: ${done.chargesToReconcile}.`,
    `Sessions with other providers that will be asked about: ${done.providerSessionsToAsk}.`,
    `Ended: ${done.signInsEnded} sign-ins, ${done.refreshTokensRevoked} refresh tokens, ${done.authorizationCodesRevoked} authorization codes, and every access token.`,
    `New signing keys: ${done.newSigningKeys.length}.`,
    'Check these, the last changed first: what was disabled, deleted or rotated after the backup is as it was before.',
    ...done.credentials.map(
      ({ what, account, name, disabled, changedAt }) =>
        `  ${changedAt}  ${what} ${name} (${account})${disabled ? ', disabled' : ''}`,
    ),
  ]
}

const rowsOf = ({ tables }: BackupContent): number => tables.reduce((sum, { rows }) => sum + rows, 0)

const megabytes = ({ bytes }: BackupContent): string => (bytes / 1_000_000).toFixed(1)
