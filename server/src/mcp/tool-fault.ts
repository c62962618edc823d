/** Why a tool could not do what it was called for, in words that a model can act upon; each says what to do. */
export class ToolFault extends Error {
  constructor(what: string, toDo: string) {
    super(`${what} ${toDo}`)
    this.name = 'ToolFault'
  }
}
