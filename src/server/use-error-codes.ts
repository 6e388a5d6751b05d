import type { GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { ErrorCode } from '../errors.ts'

/** Gives errors of parsing and validation the contract's code before Yoga gives them its own. */
export function useErrorCodes(): Plugin {
  const mark = (error: GraphQLError) => {
    error.extensions.code ??= ErrorCode.BadUserInput
  }
  return {
    onParse() {
      return ({ result }) => {
        if (result instanceof Error && 'extensions' in result) mark(result as GraphQLError)
      }
    },
    onValidate() {
      return ({ result }) => {
        for (const error of result) mark(error)
      }
    },
  }
}
