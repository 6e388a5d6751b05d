import { GraphQLError } from 'graphql'
import { builder } from './builder.ts'

function refuse(problem: string): GraphQLError {
  return new GraphQLError(problem, { extensions: { code: 'BAD_USER_INPUT' } })
}

builder.scalarType('File', {
  description: 'A file of a multipart upload (GraphQL multipart request specification).',
  serialize: () => {
    throw new TypeError('A File is only an input')
  },
  // What the transport put in the variable's place; accept reads it.
  parseValue: (value) => value,
  parseLiteral: () => {
    throw refuse('A File comes as a variable of a multipart request')
  },
})
