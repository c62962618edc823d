import type { Config } from '../config/config.ts'
import { type AroundSandbox, createSandbox, type Sandbox } from '../sandbox/create-sandbox.ts'
import type { StoreParts } from '../store/parts.ts'

/** The region's sandbox; production has none. */
export const sandboxOf = (
  { mode }: Pick<Config, 'mode'>,
  parts: StoreParts,
  around: AroundSandbox | undefined,
): Sandbox | undefined => (mode === 'sandbox' && around ? createSandbox(parts, around) : undefined)
