/**
 * Overwrites what functions that have returned have left on the thread's stack: TLS is decrypted there. Calls itself,
 * a frame of two dozen words at a time, to a depth that no such function reaches. To be called in a turn of its own.
 *
 * @returns nothing of meaning; that there is something keeps the calls from being optimised away.
 */
export function overwriteStack(calls = 1000): number {
  if (calls === 0) return 0
  return 1 + frame(calls - 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
}

function frame(calls: number, ...zeros: readonly number[]): number {
  return overwriteStack(calls) + zeros.length
}
