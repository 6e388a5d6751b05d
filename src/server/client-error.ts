import type { GraphQLError, GraphQLFormattedError } from 'graphql'

/** An error as it goes over the wire: without what only the HTTP transport reads. */
export function toClientError(error: GraphQLError): GraphQLFormattedError {
  const { message, locations, path, extensions = {} } = error.toJSON()
  const { http, unexpected, ...visible } = extensions
  return {
    message,
    ...(locations && { locations }),
    ...(path && { path }),
    extensions: visible,
  }
}
