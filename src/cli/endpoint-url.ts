/** The GraphQL endpoint, also where only the server's address is given. */
export function endpointUrl(url: string): string {
  const endpoint = new URL(url)
  if (endpoint.pathname === '/') endpoint.pathname = '/graphql'
  return endpoint.href
}
