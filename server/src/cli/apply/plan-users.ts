import { passwordFault } from '../../identity/users/password-rules.ts'
import { readName, readUsername } from '../names.ts'
import type { DeclaredAccount, DeclaredUser } from './apply-document.ts'
import { changedMembers } from './changed-members.ts'
import { givenSecret } from './given-secret.ts'
import { checked, type Planning, refuseTwice, type Step } from './step.ts'

/** People. A password is set when they are made, and never changed here. */
export async function planUsers(
  planning: Planning,
  { users = [] }: DeclaredAccount,
): Promise<readonly Step[]> {
  const { path, faults } = planning
  refuseTwice(
    faults,
    `${path}/users`,
    users.map(({ username }) => username.toLowerCase()),
  )
  const steps: Step[] = []
  for (const [index, user] of users.entries()) {
    const step = await planUser(planning, user, `${path}/users/${index}`)
    if (step) steps.push(step)
  }
  return steps
}

async function planUser(
  { context, name: account, id, faults }: Planning,
  { username: written, licence, displayName, agentId, password }: DeclaredUser,
  path: string,
): Promise<Step | undefined> {
  const earlier = faults.length
  const username = checked(faults, `${path}/username`, () => readUsername(written))
  const named = {
    ...(displayName !== undefined && {
      displayName: checked(faults, `${path}/displayName`, () => readName('The name', displayName)) ?? '',
    }),
    ...(agentId !== undefined && {
      agentId: checked(faults, `${path}/agentId`, () => readName('The id', agentId)) ?? '',
    }),
  }
  const before = username === undefined ? undefined : await context.users.findByUsername(username)
  if (before && before.accountId !== id)
    faults.push({ path: `${path}/username`, message: 'is in use in another account' })
  const chosen =
    password && !before
      ? await givenSecret(context, password, { path: `${path}/password`, faults })
      : undefined
  const fault = chosen === undefined || username === undefined ? undefined : passwordFault(chosen, username)
  if (fault !== undefined) faults.push({ path: `${path}/password`, message: fault })
  if (username === undefined || faults.length > earlier) return undefined
  const step = { kind: 'user', account, name: username } as const
  const declared = { ...named, licence }
  if (!before)
    return { ...step, done: 'create', run: (accountId) => create({ accountId, username, ...declared }) }
  const changed = changedMembers({ ...before, ...declared }, before)
  if (changed.length === 0) return { ...step, done: 'nothing' }
  return {
    ...step,
    ...{ done: 'change', changed },
    async run() {
      await context.users.edit(before.id, declared)
      return undefined
    },
  }

  async function create(order: {
    accountId: number
    username: string
    licence: DeclaredUser['licence']
    displayName?: string
    agentId?: string
  }) {
    const usual = { displayName: order.username, agentId: null }
    const first = chosen ?? (await context.readPassword('generated', order.username))
    await context.users.create({ ...usual, ...order, password: first })
    return chosen === undefined ? { password: first } : undefined
  }
}
