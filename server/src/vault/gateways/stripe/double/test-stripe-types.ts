import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pathOfName, type StripeCallFacts, stripeFacts, type Takes } from './test-stripe-facts.ts'

/** What is held against Stripe's types. */
export interface TypedSample {
  /** Stripe's name for the type of parameters. */
  readonly type: string
  readonly value: unknown
  /** Whether it must not be of that type. */
  readonly isWrong?: boolean
}

/** What is said to be shown with an object in the place of its name. */
export interface ExpansionSample {
  readonly of: StripeCallFacts['answers']
  readonly member: string
  readonly isWrong?: boolean
}

/** The folder of what a package exports. */
const folderOf = (name: string): string => dirname(fileURLToPath(import.meta.resolve(name)))

/**
 * Compiles samples against the types of Stripe's SDK, whose enumerations are closed for it: the SDK leaves them open to
 * values of later versions. Card numbers are not in the SDK's types of an intent's `payment_method_data`; what Stripe
 * makes of that is a PaymentMethod, so that it is held against the parameters of one.
 *
 * @returns what the compiler says; nothing where all is right.
 */
export function faultsBesideStripeTypes(
  samples: readonly TypedSample[],
  expansions: readonly ExpansionSample[],
): string {
  const folder = mkdtempSync(join(tmpdir(), 'stripe-types-'))
  try {
    copyTypes(join(folder, 'stripe'))
    writeFileSync(join(folder, 'samples.ts'), sourceOf(samples, expansions))
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(project))
    const tsc = join(folderOf('typescript/package.json'), 'bin', 'tsc')
    const options = { encoding: 'utf8', stdio: 'pipe', timeout: 120_000 } as const
    return execFileSync(process.execPath, [tsc, '--pretty', 'false', '-p', folder], options)
  } catch (error) {
    return (error as { readonly stdout?: string }).stdout || String(error)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const project = {
  compilerOptions: { noEmit: true, strict: true, skipLibCheck: true, module: 'nodenext', types: [] },
  files: ['samples.ts'],
}

function copyTypes(to: string): void {
  cpSync(folderOf('stripe'), to, {
    recursive: true,
    filter: (source) => !basename(source).includes('.') || source.endsWith('.d.ts'),
  })
  const shared = join(to, 'shared.d.ts')
  const open = /^export type OtherString = .*;$/m
  const types = readFileSync(shared, 'utf8')
  if (!open.test(types)) throw new Error('The enumerations of the SDK are left open in another way.')
  writeFileSync(shared, types.replace(open, 'export type OtherString = never;'))
}

function sourceOf(samples: readonly TypedSample[], expansions: readonly ExpansionSample[]): string {
  const named = [...new Set(stripeFacts.map(({ type }) => type))]
  const objects = [...new Set(stripeFacts.map(({ answers }) => answers))]
  const expected = (isWrong = false) => (isWrong ? '// @ts-expect-error\n' : '')
  return [
    ...[...named, ...objects].map(
      (name) => `import type { ${name} } from './stripe/resources/${resourceOf(name)}.js'`,
    ),
    'type Made = Pick<PaymentMethodCreateParams, "type" | "card" | "billing_details">',
    'type WithCard<T> = Omit<T, "payment_method_data"> & { payment_method_data?: Made }',
    'type Expandable<T> = { [K in keyof T]-?: Extract<T[K], object> extends never ? never : Extract<T[K], string> extends never ? never : K }[keyof T]',
    ...samples.map(({ type, value, isWrong }, at) => {
      const checked = /IntentCreateParams$/.test(type) ? `WithCard<${type}>` : type
      return `${expected(isWrong)}export const sample${at}: ${checked} = ${JSON.stringify(value)}`
    }),
    ...expansions.map(
      ({ of, member, isWrong }, at) =>
        `${expected(isWrong)}export const expansion${at}: Expandable<${of}> = ${JSON.stringify(member)}`,
    ),
  ].join('\n')
}

/** `PaymentIntentCreateParams` is described with the PaymentIntents. */
const resourceOf = (type: string): string =>
  `${/^(PaymentIntent|SetupIntent|PaymentMethod|Refund|Customer)/.exec(type)?.[1]}s`

/** A form as the object that it stands for, its values as the call takes them. */
export function decoded(form: URLSearchParams, { takes }: StripeCallFacts): unknown {
  const whole = {}
  for (const [name, value] of form) put(whole, pathOfName(name), readValue(value, takes[name]))
  return whole
}

function readValue(value: string, takes: Takes | undefined): unknown {
  if (takes === 'number') return Number(value)
  return takes === 'flag' ? value === 'true' : value
}

function put(into: Record<string, unknown>, [name = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) into[name] = value
  else {
    into[name] ??= rest[0] === '0' ? [] : {}
    put(into[name] as Record<string, unknown>, rest, value)
  }
}
