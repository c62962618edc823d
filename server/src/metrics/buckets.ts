/** Bounds of histograms, in seconds: of what takes milliseconds here. */
export const shortBuckets: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
]

/** Of what waits for another server. */
export const remoteBuckets: readonly number[] = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30, 60]

/** Of what waits for a person. */
export const humanBuckets: readonly number[] = [1, 2.5, 5, 10, 15, 20, 30, 45, 60, 90, 120, 300]
