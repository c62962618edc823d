/** What starts a process, and administers nothing. */
export interface Start {
  readonly name: string
  readonly summary: string
  /** How it is called, behind the program’s name, and what its options mean. */
  readonly usage: string
  readonly options?: readonly (readonly [option: string, help: string])[]
  readonly help: string
}

/** What the command line of the package starts. */
export const starts: readonly Start[] = [
  {
    name: 'sandbox',
    summary: 'Start the sandbox; without a command, tonegate does that too',
    usage: 'sandbox',
    help: `A whole Tonegate on this machine, with an account to begin with and a gateway that charges nobody. It prints its addresses and
a client id and secret. Its data is in ./tonegate-data, or in the folder that TONEGATE_DATA names; its port is 8080, or PORT.`,
  },
  {
    name: 'serve',
    summary: 'Start the server, in production',
    usage: 'serve [--role ROLE]',
    options: [['--role ROLE', 'one of two processes: api or vault; without it, one for both']],
    help: `Reads its settings from environment variables, whose faults it tells all at once. Exit codes: 78 when something has to be
changed first, 75 when it may pass, 0 when it was stopped.`,
  },
  {
    name: 'demo',
    summary: 'Play a payment in the sandbox, from the token to the result',
    usage: 'demo',
    help: 'Uses the sandbox that runs on the data folder, or starts one for the while.',
  },
]
