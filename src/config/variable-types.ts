import { z } from 'zod'

/** A blank variable is an absent one: that is how compose files and shells leave one out. */
export const optional = <T extends z.ZodType>(type: T) =>
  z.preprocess(
    (value) => (typeof value === 'string' && value.trim() === '' ? undefined : value),
    type.optional(),
  )

export const text = optional(z.string().trim())

export const oneOf = <const T extends readonly [string, ...string[]]>(...values: T) =>
  optional(z.enum(values, { error: `must be one of ${values.join(', ')}` }))

export const integer = (min: number, max: number) => {
  const error = `must be a whole number from ${min} to ${max}`
  return optional(z.coerce.number({ error }).int({ error }).min(min, { error }).max(max, { error }))
}

/** The path of a request is put behind it, and fetch refuses a password in it. */
export const httpUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https address' })
  .refine((value) => !/[?#]/.test(value), 'must be without ? and #: what is asked for is put behind it')
  .refine((value) => {
    const url = URL.parse(value)
    return !url?.username && !url?.password
  }, 'must be without user name and password: a key is sent where the variable for it is set')

/** What fetch can send in a header: a typographic quote or a line break that was copied along would fail each request. */
export const secret = optional(
  z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]+$/, 'has a blank, a line break or a letter that no key has'),
)

/** Addresses that share the load, separated by commas. */
export const httpUrls = optional(
  z
    .string()
    .transform((list) => list.split(',').map((url) => url.trim()))
    .pipe(z.array(httpUrl).nonempty()),
)

type Values<T extends Readonly<Record<string, z.ZodType>>> = { [Name in keyof T]: z.infer<T[Name]> }

/** The variables that `types` name, each behind `prefix`. Adds to `problems` what is wrong with them. */
export function readVariables<const T extends Readonly<Record<string, z.ZodType>>>(
  env: NodeJS.ProcessEnv,
  types: T,
  problems: string[],
  prefix = '',
): Values<T> {
  const parsed = Object.entries(types).map(([name, type]) => {
    const result = type.safeParse(env[prefix + name])
    for (const issue of result.error?.issues ?? []) problems.push(`${prefix}${name}: ${issue.message}`)
    return [name, result.data]
  })
  return Object.fromEntries(parsed) as Values<T>
}
