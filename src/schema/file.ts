import { GraphQLError } from 'graphql'
import { isUploadedFile } from '../ingestion/uploaded-file.ts'
import { builder } from './builder.ts'

function refuse(problem: string): GraphQLError {
  return new GraphQLError(problem, { extensions: { code: 'BAD_USER_INPUT' } })
}

builder.scalarType('File', {
  description: 'A file of a multipart upload (GraphQL multipart request specification).',
  serialize: () => {
    throw new TypeError('A File is only an input')
  },
  // What the transport put in the variable's place; JSON cannot hold such a thing.
  parseValue: (value) => {
    if (isUploadedFile(value)) return value
    throw refuse('A File comes as a part of a multipart request, with null in its place')
  },
  parseLiteral: () => {
    throw refuse('A File comes as a variable of a multipart request')
  },
})
