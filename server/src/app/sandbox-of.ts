import type { Config } from '../config/config.ts'
import { createSandbox, type Sandbox } from '../sandbox/create-sandbox.ts'
import type { StoreParts } from '../store/parts.ts'

/** The region's sandbox; production has none. */
export const sandboxOf = ({ mode }: Pick<Config, 'mode'>, parts: StoreParts): Sandbox | undefined =>
  mode === 'sandbox' ? createSandbox(parts) : undefined
