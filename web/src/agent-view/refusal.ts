/**
 * Why a button did nothing. `late`: it came to the server after its time, and did nothing. `failed`: no answer came, and
 * what has not arrived by now never will.
 */
export type Refusal = 'address' | 'not-now' | 'too-often' | 'not-sent' | 'closed' | 'late' | 'failed'
