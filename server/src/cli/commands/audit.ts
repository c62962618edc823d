import { type BegunChain, NothingLost } from '../../audit/begin-chain.ts'
import type { ChainEnd } from '../../audit/chain-ends.ts'
import type { ListedEntry } from '../../audit/entry.ts'
import { readExport } from '../../audit/export-line.ts'
import { type VerifiedChain, verifyChain } from '../../audit/verify-chain.ts'
import { parseGuid } from '../../base/guid.ts'
import type { Answer } from '../answer.ts'
import { type AdminContext, command } from '../command.ts'
import { accountNamed } from '../find.ts'
import { requireYes, yes } from '../input/confirm.ts'
import { readCount, readMoment } from '../input/read-moment.ts'
import { Refused, WrongUsage } from '../refused.ts'

const moment = 'a date, 2026-08-31, or a time, 2026-08-31T12:00:00Z (UTC)'

export const listAudit = command({
  name: 'audit list',
  summary: 'List what was done, by whom and to what, the newest first',
  options: {
    account: { value: 'ACCOUNT', help: 'only of this account' },
    actor: { value: 'WHO', help: 'only by this operator, user, client or platform: name, id or kind' },
    action: { value: 'ACTION', help: 'only this action, or all that begin so: payment.refund, client' },
    target: { value: 'WHAT', help: 'only what was done to this: name or id, such as a sessionGuid' },
    since: { value: 'TIME', help: moment },
    until: { value: 'TIME', help: moment },
    limit: { value: 'COUNT', help: 'how many at most; default: 100' },
  },
  async run(context, { account, actor, action, target, since, until, limit }): Promise<Answer> {
    const entries = await context.audit.list({
      ...(account !== undefined && { account: (await accountNamed(context, account)).id }),
      ...(actor !== undefined && { actor }),
      ...(action !== undefined && { action }),
      ...(target !== undefined && { targets: await namesOf(context, target) }),
      ...(since !== undefined && { since: readMoment('--since', since) }),
      ...(until !== undefined && { until: readMoment('--until', until) }),
      limit: limit === undefined ? 100 : readCount('--limit', limit),
    })
    return {
      kind: 'listed',
      rows: entries.map(rowOf),
      full: entries,
      none: 'The audit log has no such entries.',
    }
  },
})

/** A payment session is called otherwise in the vault, whose entries are about the same. */
async function namesOf({ payments }: AdminContext, target: string): Promise<readonly string[]> {
  const guid = parseGuid(target)
  const inVault = guid && (await payments.vaultSessionOf(guid))
  return [target, ...(guid ? [guid] : []), ...(inVault ? [inVault] : [])]
}

const rowOf = ({ position, at, actor, action, target, outcome, details }: ListedEntry) => ({
  position,
  at,
  by: [actor.kind, actor.name ?? actor.id].filter(Boolean).join(' '),
  action,
  target: `${target.kind} ${target.name ?? target.id}`,
  outcome: outcome ?? null,
  details: Object.entries(details ?? {}).map(([name, value]) => `${name}=${[value].flat().join(',')}`),
})

export const exportAudit = command({
  name: 'audit export',
  summary: 'Write the audit log as lines of JSON, the oldest entry first',
  options: {
    'since-position': { value: 'POSITION', help: 'only entries behind this one; default: all' },
  },
  async run({ audit }, given): Promise<Answer> {
    const since = given['since-position']
    const after = since === undefined ? 0 : readCount('--since-position', since)
    for await (const line of audit.export(after)) await audit.print(line)
    return { kind: 'written' }
  },
})

export const verifyAudit = command({
  name: 'audit verify',
  summary: 'Verify that no entry of the audit log was changed, added or removed',
  argument: {
    name: 'file',
    help: 'an export, or - for standard input; default: the log of the database',
    optional: true,
  },
  options: {
    expect: {
      value: 'POSITION:HASH',
      help: 'an entry that has to be there, such as the last one of the last verification',
    },
  },
  run: (context, { expect }, file) => {
    const known = expect === undefined ? undefined : readExpected(expect)
    return file === '' ? verifyDatabase(context, known) : verifyFile(context, file, known)
  },
})

async function verifyDatabase({ audit }: AdminContext, known: ChainEnd | undefined): Promise<Answer> {
  const { unlinked, pruned, ...chain } = await audit.verify(known)
  return verified(chain, { log: 'the database', pruned, waiting: unlinked })
}

/** A file alone does not say whether something came behind its last entry; the database knows that entry too. */
async function verifyFile(
  { audit }: AdminContext,
  file: string,
  known: ChainEnd | undefined,
): Promise<Answer> {
  const chain = await verifyChain(readExport(audit.readLines(file)), { from: undefined, known })
  if (chain.entries === 0) throw new Refused(`${file === '-' ? 'Standard input' : file} has no entries.`)
  const inDatabase = chain.end.hash === '' ? 'not compared' : await audit.compare(chain.end)
  const differs = { position: chain.end.position, fault: differences[inDatabase] }
  const faults = differs.fault === '' ? chain.faults : [...chain.faults, differs]
  return verified(
    { ...chain, faults, faultCount: chain.faultCount + faults.length - chain.faults.length },
    { log: file, inDatabase },
  )
}

const differences = {
  'not compared': '',
  same: '',
  pruned: '',
  other: 'The last entry of the file is another one in the database: one of the two was rewritten.',
  none: 'The database has no entry of this number: its log was cut off, or put back to an earlier state.',
} as const

function verified(
  { entries, end, faults, faultCount, notes }: VerifiedChain,
  about: Readonly<Record<string, string | number>>,
): Answer {
  const more = faultCount - faults.length
  return {
    kind: 'checked',
    data: { ...about, entries, last: `${end.position}:${end.hash}`, faults: faultCount },
    points: [
      ...faults.map(({ position, fault }) => ({ position, fault })),
      ...(more > 0 ? [{ position: '', fault: `${more} more.` }] : []),
      ...(faultCount === 0
        ? [{ position: '', fault: entries === 0 ? isEmpty : 'None: the log is whole.' }]
        : []),
      ...notes.map(({ position, note }) => ({ position, fault: `No fault, but to be known: ${note}` })),
    ],
    isInOrder: faultCount === 0,
  }
}

const isEmpty = 'None, but the log has no entries: only a copy elsewhere shows whether it had any.'

function readExpected(text: string): ChainEnd {
  const [, position, hash = ''] = /^(\d{1,15}):([0-9a-f]{64})$/i.exec(text) ?? []
  if (position === undefined) {
    throw new WrongUsage('--expect must be POSITION:HASH, as ‘audit verify’ shows it after ‘last’.')
  }
  return { position: Number(position), hash: hash.toLowerCase() }
}

export const pruneAudit = command({
  name: 'audit prune',
  summary: 'Remove the oldest entries of the audit log; what is left can still be verified',
  options: {
    before: { value: 'TIME', help: `the first moment that is kept: ${moment}`, required: true },
    yes,
  },
  async run({ audit: { pruning } }, given): Promise<Answer> {
    const before = readMoment('--before', given.before)
    const plan = await pruning.plan(before)
    refuseFaulty(plan)
    if (plan.entries === 0) {
      return { kind: 'done', text: 'No entry is older.', data: { removed: 0 } }
    }
    requireYes(given, `This would remove ${plan.entries} entries, up to number ${plan.end.position}`)
    const { entries, end, ...pruned } = await pruning.prune(before)
    refuseFaulty(pruned)
    if (entries === 0)
      throw new Refused('Another command prunes the log at this moment. Nothing was removed.')
    return {
      kind: 'done',
      text: `${entries} entries were removed, up to number ${end.position}.`,
      data: { removed: entries, last: `${end.position}:${end.hash}` },
    }
  },
})

/** What was tampered with is evidence. */
function refuseFaulty({ faults: [first] }: Pick<VerifiedChain, 'faults'>): void {
  if (!first) return
  throw new Refused(
    `Nothing was removed, because the entries are not as they were written: entry ${first.position}: ${first.fault} See ‘audit verify’.`,
  )
}

export const beginAudit = command({
  name: 'audit begin',
  summary: 'Begin the chain of the audit log again, where an end of it is lost; no entry is removed',
  options: { yes },
  async run({ audit: { beginning } }, given): Promise<Answer> {
    try {
      requireYes(given, beginText(await beginning.plan()))
      const { end } = await beginning.begin()
      const position = end.position + 1
      return {
        kind: 'done',
        text: `The chain was begun again by entry ${position}, which says so. No entry was removed; those that waited are linked behind it.`,
        data: { position },
      }
    } catch (error) {
      if (error instanceof NothingLost) throw new Refused(nothingLost)
      throw error
    }
  },
})

const nothingLost =
  'Both sealed ends of the audit log open, or another command begins its chain at this moment: nothing is to be begun. See ‘audit verify’.'

function beginText({ end, head, pruned }: BegunChain): string {
  const ifListed =
    'If it was sealed by a key that you still have, put that on the list of TONEGATE_SEALING_KEY instead.'
  const isSealed = head === 'not-opened' || pruned !== undefined
  return [
    ...(head === 'removed' ? ['The sealed head of the log was removed.'] : []),
    ...(head === 'not-opened' ? ['The sealed head of the log does not open.'] : []),
    ...(pruned === undefined ? [] : ['What says where the log was pruned does not open.']),
    ...(isSealed ? [ifListed] : []),
    `This would begin the chain again behind entry ${end.position}, and say so in the log: from then on only a copy elsewhere shows whether the entries up to there are all that there were`,
  ].join(' ')
}
