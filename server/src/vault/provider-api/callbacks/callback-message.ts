import type { WrongMember } from '../../../base/problem.ts'
import {
  compileTemplate,
  TemplateError,
  type TemplateOptions,
  type TemplateValues,
} from '../../../base/text/template.ts'
import type { Callback, CallbackMembers } from '../flows/provider-flow.ts'
import { callbackShape, minValues } from './callback-values.ts'

/** What is posted. */
export interface CallbackBody {
  readonly contentType: string
  readonly body: string
}

type Shaped = Pick<Callback, 'format' | 'template'>

type Checked = Shaped & Pick<Callback, 'each'>

const contentTypes = {
  form: 'application/x-www-form-urlencoded',
  json: 'application/json',
} as const

/** Fills in a callback's template. A value that the template says nothing of is not told. */
export function callbackBody({ format, template }: Shaped, values: TemplateValues): CallbackBody {
  return { contentType: contentTypes[format], body: bodyOf({ format, template }, values) }
}

function bodyOf({ format, template }: Shaped, values: TemplateValues): string {
  if (typeof template === 'string') return compileTemplate(template, { escape: format }).render(values)
  const filled = filledIn(template, values)
  if (format === 'json') return JSON.stringify(filled)
  return new URLSearchParams(filled as Record<string, string>).toString()
}

function filledIn(members: CallbackMembers, values: TemplateValues): CallbackMembers {
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => [
      name,
      typeof value === 'string' ? compileTemplate(value).render(values) : filledIn(value, values),
    ]),
  )
}

/** What is wrong with a callback's template: its language, names that have no value, a shape that nobody can read. */
export function templateFaults({ format, template, each }: Checked, path: string): readonly WrongMember[] {
  if (typeof template !== 'string') {
    return Object.entries(template).flatMap(([name, value]): readonly WrongMember[] => {
      const below = `${path}/${name}`
      if (typeof value === 'string') return languageFaults(value, below, { each })
      if (format === 'form') return [{ path: below, message: 'is nested, which a form cannot be' }]
      return templateFaults({ format, template: value, each }, below)
    })
  }
  const faults = languageFaults(template, path, { each, escape: format })
  if (faults.length > 0 || format === 'form') return faults
  return isJson(bodyOf({ format, template }, minValues))
    ? []
    : [{ path, message: 'is not valid JSON if a value is unknown: put the value in quotes' }]
}

function languageFaults(
  text: string,
  path: string,
  { each, ...options }: Pick<Callback, 'each'> & Pick<TemplateOptions, 'escape'>,
): readonly WrongMember[] {
  try {
    const unknown = compileTemplate(text, options).unknownNames(callbackShape[each])
    return unknown.map(({ name, line }) => ({ path, message: `line ${line}: unknown value '${name}'` }))
  } catch (error) {
    if (error instanceof TemplateError) return [{ path, message: error.message }]
    throw error
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
