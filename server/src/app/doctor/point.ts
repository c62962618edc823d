import type { ExaminedPoint } from '../../cli/tools.ts'

/** It is as it should be. */
export const inOrder = (what: string, detail: string): ExaminedPoint => ({ what, state: 'in order', detail })

/** Payments fail, or soon will. */
export const wrong = (what: string, detail: string): ExaminedPoint => ({ what, state: 'wrong', detail })

/** It may be meant so; somebody has to know. */
export const toConsider = (what: string, detail: string): ExaminedPoint => ({
  ...{ what, state: 'to consider', detail },
})
