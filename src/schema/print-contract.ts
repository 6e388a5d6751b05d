import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql'

/** Sorted, so that the file changes only where the schema does. */
export function printContract(schema: GraphQLSchema): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`
}
