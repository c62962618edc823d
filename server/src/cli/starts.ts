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
  {
    name: 'mcp',
    summary: 'Give an AI agent the tools to take payments, by the Model Context Protocol',
    usage: 'mcp [--http PLACE] [--allow-refunds] [--show-links]',
    options: [
      ['--http PLACE', 'listen by HTTP, at a port or an address with one: 8090 or 0.0.0.0:8090'],
      ['--allow-refunds', 'also give it the tools that refund, capture and void'],
      ['--show-links', 'also show it the customer’s link, which otherwise is only sent'],
    ],
    help: `A client starts it, and speaks to it on standard input and output; or, with --http, by streamable HTTP at /mcp. Uses the sandbox that runs on the data folder, or what
TONEGATE_MCP_URL, TONEGATE_MCP_CLIENT_ID and TONEGATE_MCP_CLIENT_SECRET name. Exit codes: 78 when a setting has to be changed
first, 0 when its client has gone.`,
  },
]
