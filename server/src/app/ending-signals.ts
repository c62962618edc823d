/** The signals that a process is told to end by; what a closed terminal sends is one in the sandbox. */
export const endingSignals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const
